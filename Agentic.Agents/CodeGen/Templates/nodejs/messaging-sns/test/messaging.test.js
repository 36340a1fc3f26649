import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SnsPublisher } from '../src/messaging.js';

const EVENTS = [0, 1].map((n) => ({ id: `e${n}`, type: 'thing.created', data: { n } }));

test('publishes each event and answers what was confirmed', async () => {
  const sent = [];
  const client = { send: async ({ input }) => (sent.push(input), { Successful: [{ Id: '1' }], Failed: [{ Id: '0' }] }) };

  assert.deepEqual(await new SnsPublisher(client, 'arn:topic').publish(EVENTS), [EVENTS[1]]);
  assert.equal(sent[0].TopicArn, 'arn:topic');
  assert.deepEqual(sent[0].PublishBatchRequestEntries.map((entry) => JSON.parse(entry.Message)), EVENTS);
});

test('fails a ping when the topic is away', async () => {
  const client = {
    send: async () => {
      throw new Error('away');
    },
  };

  await assert.rejects(new SnsPublisher(client, 'arn:topic').ping(), /away/);
});
