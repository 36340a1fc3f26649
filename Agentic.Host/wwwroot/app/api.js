// The only way to the host: JSON in and out, a refusal as a Problem, and one place that knows whether the host can be reached.
import { learnServerTime } from './words.js';

/** What the host (or the network) said instead of an answer. */
export class Problem extends Error {
  constructor(status, body = {}, retryAfter = null) {
    super(body.detail || body.title || `The host answered ${status}.`);
    this.name = 'Problem';
    this.status = status;
    this.title = body.title ?? '';
    this.errors = members(body.errors);
    this.missing = Array.isArray(body.missing) ? body.missing.map((item) => typeof item === 'string' ? item : item.member ?? item.name) : [];
    this.traceId = body.traceId ?? null;
    this.retryAfter = retryAfter;
  }

  get isOffline() { return this.status === 0; }
}

// Hosts and proxies write errors as a list of {member, message} or as an object of lists.
function members(errors) {
  if (Array.isArray(errors)) return errors.map((error) => ({ member: String(error.member ?? error.path ?? ''), message: String(error.message ?? error.detail ?? error) }));
  if (!errors || typeof errors !== 'object') return [];
  return Object.entries(errors).flatMap(([member, text]) => [text].flat().map((message) => ({ member, message: String(message) })));
}

class Connection extends EventTarget {
  isLost = false;
  #delay = 1500;
  #timer = 0;

  lost() {
    if (this.isLost) return;
    this.isLost = true;
    this.#delay = 1500;
    this.dispatchEvent(new Event('change'));
    this.#plan();
  }

  found() {
    if (!this.isLost) return;
    clearTimeout(this.#timer);
    this.isLost = false;
    this.dispatchEvent(new Event('change'));
  }

  async probe() {
    clearTimeout(this.#timer);
    try {
      await fetch('/health', { signal: AbortSignal.timeout(8000), cache: 'no-store' });
      this.found();
    } catch {
      this.#delay = Math.min(this.#delay * 1.6, 15000);
      if (this.isLost) this.#plan();
    }
  }

  #plan() {
    this.#timer = setTimeout(() => this.probe(), this.#delay);
  }
}

export const connection = new Connection();

/** Fires `needed` when the host asks who we are. */
export const session = new EventTarget();

export async function request(method, path, { body, key, signal, headers = {}, timeout = 60000 } = {}) {
  const all = { Accept: 'application/json, application/problem+json', ...headers };
  if (body !== undefined) all['Content-Type'] = 'application/json';
  if (key) all['Idempotency-Key'] = key;
  const limit = timeout ? AbortSignal.timeout(timeout) : null;
  const signals = [signal, limit].filter(Boolean);
  let response;
  try {
    response = await fetch(path, {
      method, headers: all, cache: 'no-store', credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    if (limit?.aborted) throw new Problem(0, { detail: 'The host did not answer in time. Try again; nothing is started twice.' });
    connection.lost();
    throw new Problem(0, { detail: 'The host cannot be reached. It is tried again by itself.' });
  }
  connection.found();
  if (response.headers.has('date')) learnServerTime(response.headers.get('date'));
  if (!response.ok) throw await refusal(response);
  return response;
}

export async function refusal(response) {
  let body = {};
  try {
    const text = await response.text();
    body = text ? JSON.parse(text) : {};
  } catch {
    body = {};
  }
  if (response.status === 401) session.dispatchEvent(new Event('needed'));
  return new Problem(response.status, typeof body === 'object' && body ? body : {}, Number(response.headers.get('retry-after')) || null);
}

async function json(method, path, options) {
  const response = await request(method, path, options);
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

export const get = (path, options) => json('GET', path, options);
export const post = (path, body = {}, options = {}) => json('POST', path, { ...options, body });

export async function getText(path, options) {
  const response = await request('GET', path, { ...options, headers: { Accept: '*/*' } });
  return { text: await response.text(), type: response.headers.get('content-type') ?? '' };
}

export function query(members) {
  const text = new URLSearchParams(Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== '')).toString();
  return text ? `?${text}` : '';
}

let catalogue = null;

/** What the host can do; asked once, and again after a failure. */
export function operations() {
  catalogue ??= get('/operations').then((page) => page.items ?? page).catch((error) => {
    catalogue = null;
    throw error;
  });
  return catalogue;
}

export async function operation(name) {
  return (await operations()).find((item) => item.name === name);
}

/** Keeps only the members that the operation's schema knows: the host refuses any other. */
export async function fitting(name, body) {
  const known = (await operation(name).catch(() => null))?.request?.properties;
  const given = Object.entries(body).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return Object.fromEntries(known ? given.filter(([member]) => member in known) : given);
}

/** One key for one intent: the same body sent twice is one workflow, another body is another intent. */
export function intent() {
  let [last, key] = [null, null];
  return (body) => {
    const text = JSON.stringify(body);
    if (text !== last) [last, key] = [text, randomKey()];
    return key;
  };
}

// crypto.randomUUID needs a secure context, which a host name without TLS is not.
export function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
