// Publishes events to an SNS topic; subscribers may filter by the attribute `type`.
import { GetTopicAttributesCommand, PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';

export function openPublisher(settings) {
  const client = new SNSClient({ region: settings.awsRegion, endpoint: settings.awsEndpoint || undefined, maxAttempts: 4 });
  return new SnsPublisher(client, settings.topicArn);
}

export class SnsPublisher {
  #client;
  #topicArn;

  constructor(client, topicArn) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async ping() {
    await this.#client.send(new GetTopicAttributesCommand({ TopicArn: this.#topicArn }));
  }

  async close() {
    this.#client.destroy();
  }

  /** Sends at most ten events; answers those that the broker confirmed. */
  async publish(events) {
    const PublishBatchRequestEntries = events.map((event, place) => ({
      Id: String(place),
      Message: JSON.stringify(event),
      MessageAttributes: { type: { DataType: 'String', StringValue: event.type } },
    }));
    const { Successful = [] } = await this.#client.send(new PublishBatchCommand({ TopicArn: this.#topicArn, PublishBatchRequestEntries }));
    return Successful.map((sent) => events[Number(sent.Id)]);
  }
}
