// Takes commands from the queue. A message is deleted once it is handled; any other comes again and ends in the dead-letter queue.
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Commands, Unreadable } from './commands.js';
import { inTrace } from './logs.js';

const BATCH = 10;
const WAIT_SECONDS = 10;
const LONGEST_PAUSE_MS = 30_000;

export function createApi({ catalog, repository, settings, metrics, log, client }) {
  return new Consumer(new Commands(catalog, repository), settings, metrics, log, client);
}

class Consumer {
  #commands;
  #settings;
  #metrics;
  #log;
  #client;
  #stopping = new AbortController();
  #running = Promise.resolve();

  constructor(commands, settings, metrics, log, client) {
    this.#commands = commands;
    this.#settings = settings;
    this.#metrics = metrics;
    this.#log = log;
    this.#client = client;
  }

  mount() {}

  async start() {
    if (!this.#settings.commandQueueUrl) return;
    this.#client ??= new SQSClient({ region: this.#settings.awsRegion, endpoint: this.#settings.awsEndpoint || undefined, maxAttempts: 4 });
    this.#running = this.#run();
  }

  /** Finishes the messages in hand; what was received and not begun comes again after its visibility timeout. */
  async stop() {
    this.#stopping.abort();
    await this.#running;
    this.#client?.destroy?.();
  }

  async #run() {
    let pause = 1000;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.receiveOnce();
        pause = 1000;
      } catch (problem) {
        if (this.#stopping.signal.aborted) return;
        this.#log.warn({ problem: problem.message }, 'the queue cannot be read');
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, pause);
          this.#stopping.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
        });
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  async receiveOnce() {
    const QueueUrl = this.#settings.commandQueueUrl;
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: BATCH, WaitTimeSeconds: WAIT_SECONDS }),
      { abortSignal: this.#stopping.signal },
    );
    for (const message of Messages) {
      if (this.#stopping.signal.aborted) return;
      await inTrace('', () => this.#handle(QueueUrl, message));
    }
  }

  async #handle(QueueUrl, message) {
    const messageId = message.MessageId;
    let outcome;
    try {
      outcome = await this.#commands.handle(message.Body, messageId);
    } catch (problem) {
      // Either way it stays in the queue: it comes again after its visibility timeout.
      const isUnreadable = problem instanceof Unreadable;
      this.#metrics.calls.inc({ name: 'command', outcome: isUnreadable ? 'unreadable' : 'failed' });
      this.#log.error({ messageId, err: problem }, isUnreadable ? 'message refused' : 'message failed');
      return;
    }
    await this.#client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    this.#metrics.calls.inc({ name: 'command', outcome });
    this.#log.info({ messageId, outcome }, 'message handled');
  }
}
