// Errors as application/problem+json (RFC 9457).
import { STATUS_CODES } from 'node:http';
import { traceId } from './logs.js';
import { Invalid, NotFound } from './model.js';

export function problem(response, status, detail, errors) {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail, traceId: traceId(), errors }));
}

// Express knows an error handler by its four parameters.
export function problems(log) {
  return (thrown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    if (thrown instanceof NotFound) return problem(response, 404, 'There is no such record.');
    if (thrown instanceof Invalid) {
      const errors = Object.entries(thrown.errors).map(([member, message]) => ({ member, message }));
      return problem(response, 422, 'The input breaks a rule.', errors);
    }
    if (thrown.type === 'entity.too.large') return problem(response, 413, `A body has at most ${thrown.limit} bytes.`);
    // The parser of bodies gives its own errors a status below 500.
    if (thrown.status >= 400 && thrown.status < 500) return problem(response, thrown.status, 'The body is not JSON.');
    log.error({ err: thrown }, 'request failed');
    return problem(response, 500, 'The service failed; the log has the details under this trace id.');
  };
}
