/** Confirms everything, unless told to fail first. */
export class RecordingPublisher {
  events = [];

  constructor(failures = 0) {
    this.failures = failures;
  }

  async ping() {}

  async close() {}

  async publish(events) {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('no broker');
    }
    this.events.push(...events);
    return events;
  }
}
