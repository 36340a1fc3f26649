// Prometheus metrics; one registry per application, so that tests do not share counters.
import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['method', 'route'],
    registers: [registry],
  });
  const calls = new Counter({
    name: 'calls_total',
    help: 'Remote calls and messages handled, by outcome.',
    labelNames: ['name', 'outcome'],
    registers: [registry],
  });

  return {
    registry,
    calls,
    /** Counts, times and logs every request. */
    measure(log) {
      return (request, response, next) => {
        const started = performance.now();
        response.on('finish', () => {
          // The route's pattern, never the path: an id in a label would make a series per record.
          const route = request.route?.path ?? 'unmatched';
          const elapsed = performance.now() - started;
          const { method } = request;
          const status = response.statusCode;
          requests.inc({ method, route, status });
          durations.observe({ method, route }, elapsed / 1000);
          log.info({ method, route, status, durationMs: Math.round(elapsed * 10) / 10 }, 'request handled');
        });
        next();
      };
    },
  };
}
