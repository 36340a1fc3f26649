// What the platform asks of a service: is it alive, is it ready, what does it count.
import { Router } from 'express';

const CHECK_MS = 2000;

/** Ready when started, not draining, and every dependency answers. */
export class Readiness {
  #accepting = false;
  #checks;
  #log;

  constructor(log, checks) {
    this.#log = log;
    this.#checks = { ...checks };
  }

  add(name, check) {
    this.#checks[name] = check;
  }

  accept() {
    this.#accepting = true;
  }

  drain() {
    this.#accepting = false;
  }

  async check() {
    if (!this.#accepting) return { isReady: false, checks: { service: 'draining' } };
    const entries = await Promise.all(Object.entries(this.#checks).map(async ([name, check]) => [name, await this.#run(name, check)]));
    return { isReady: entries.every(([, state]) => state === 'ok'), checks: Object.fromEntries(entries) };
  }

  async #run(name, check) {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, CHECK_MS, 'timeout');
    });
    try {
      return await Promise.race([check().then(() => 'ok'), late]);
    } catch (problem) {
      // The driver's text may name hosts and users; it goes to the log, not to the caller.
      this.#log.warn({ dependency: name, problem: problem.message }, 'dependency check failed');
      return 'unavailable';
    } finally {
      clearTimeout(timer);
    }
  }
}

export function operations(readiness, metrics) {
  const router = Router();
  router.get('/health', (request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/ready', async (request, response) => {
    const { isReady, checks } = await readiness.check();
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'unavailable', checks });
  });
  router.get('/metrics', async (request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}
