// Publishes events by sending them to an SQS queue.
import { GetQueueAttributesCommand, SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';

export function openPublisher(settings) {
  const client = new SQSClient({ region: settings.awsRegion, endpoint: settings.awsEndpoint || undefined, maxAttempts: 4 });
  return new SqsPublisher(client, settings.queueUrl);
}

export class SqsPublisher {
  #client;
  #queueUrl;

  constructor(client, queueUrl) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async ping() {
    await this.#client.send(new GetQueueAttributesCommand({ QueueUrl: this.#queueUrl, AttributeNames: ['QueueArn'] }));
  }

  async close() {
    this.#client.destroy();
  }

  /** Sends at most ten events; answers those that the broker confirmed. */
  async publish(events) {
    const Entries = events.map((event, place) => ({
      Id: String(place),
      MessageBody: JSON.stringify(event),
      MessageAttributes: { type: { DataType: 'String', StringValue: event.type } },
    }));
    const { Successful = [] } = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries }));
    return Successful.map((sent) => events[Number(sent.Id)]);
  }
}
