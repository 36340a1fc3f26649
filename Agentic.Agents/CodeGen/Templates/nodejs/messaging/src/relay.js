// Takes events that wait in the store to the broker: each at least once, oldest first.

const BATCH = 10;
const LONGEST_PAUSE_MS = 30_000;

export class Relay {
  #repository;
  #publisher;
  #metrics;
  #log;
  #intervalMs;
  #stopping = false;
  #wake = () => {};
  #running = Promise.resolve();

  constructor({ repository, publisher, metrics, log, intervalMs }) {
    this.#repository = repository;
    this.#publisher = publisher;
    this.#metrics = metrics;
    this.#log = log;
    this.#intervalMs = intervalMs;
  }

  start() {
    this.#running = this.#run();
  }

  /** Publishes what waits, once more, and ends. What still waits then is taken by the next instance. */
  async stop() {
    this.#stopping = true;
    this.#wake();
    await this.#running;
  }

  async #run() {
    let pause = this.#intervalMs;
    for (;;) {
      const isLastRound = this.#stopping;
      try {
        while (await this.relayOnce());
        pause = this.#intervalMs;
      } catch (problem) {
        this.#log.warn({ problem: problem.message }, 'events wait');
        this.#metrics.calls.inc({ name: 'publish', outcome: 'failed' });
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
      if (isLastRound) return;
      if (!this.#stopping) await this.#sleep(pause);
    }
  }

  /** True when a whole batch was published, so that there may be more. */
  async relayOnce() {
    const waiting = await this.#repository.pending(BATCH);
    if (waiting.length === 0) return false;
    const confirmed = await this.#publisher.publish(waiting);
    await this.#repository.published(confirmed);
    this.#metrics.calls.inc({ name: 'publish', outcome: 'ok' }, confirmed.length);
    if (confirmed.length < waiting.length) throw new Error(`${waiting.length - confirmed.length} events were refused by the broker`);
    return waiting.length === BATCH;
  }

  async #sleep(milliseconds) {
    let timer;
    await new Promise((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
  }
}
