// Publishes events by putting them on an EventBridge bus; rules match by `detail-type`.
import { DescribeEventBusCommand, EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SOURCE } from './events.js';

export function openPublisher(settings) {
  const client = new EventBridgeClient({ region: settings.awsRegion, endpoint: settings.awsEndpoint || undefined, maxAttempts: 4 });
  return new EventBridgePublisher(client, settings.eventBus);
}

export class EventBridgePublisher {
  #client;
  #bus;

  constructor(client, bus) {
    this.#client = client;
    this.#bus = bus;
  }

  async ping() {
    await this.#client.send(new DescribeEventBusCommand({ Name: this.#bus }));
  }

  async close() {
    this.#client.destroy();
  }

  /** Puts at most ten events; answers those that the bus confirmed. */
  async publish(events) {
    const answer = await this.#client.send(
      new PutEventsCommand({
        Entries: events.map((event) => ({ EventBusName: this.#bus, Source: SOURCE, DetailType: event.type, Detail: JSON.stringify(event) })),
      }),
    );
    // Answers come in the order of the entries; one that was refused has an error code instead of an id.
    return events.filter((_, place) => answer.Entries[place].ErrorCode === undefined);
  }
}
