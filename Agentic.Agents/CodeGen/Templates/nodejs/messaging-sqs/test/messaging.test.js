import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqsPublisher } from '../src/messaging.js';

const EVENTS = [0, 1].map((n) => ({ id: `e${n}`, type: 'thing.created', data: { n } }));

test('sends each event and answers what was confirmed', async () => {
  const sent = [];
  const client = { send: async ({ input }) => (sent.push(input), { Successful: [{ Id: '1' }], Failed: [{ Id: '0' }] }) };

  assert.deepEqual(await new SqsPublisher(client, 'http://queue').publish(EVENTS), [EVENTS[1]]);
  assert.equal(sent[0].QueueUrl, 'http://queue');
  assert.deepEqual(sent[0].Entries.map((entry) => JSON.parse(entry.MessageBody)), EVENTS);
  assert.equal(sent[0].Entries[0].MessageAttributes.type.StringValue, 'thing.created');
});

test('fails a ping when the queue is away', async () => {
  const client = {
    send: async () => {
      throw new Error('away');
    },
  };

  await assert.rejects(new SqsPublisher(client, 'http://queue').ping(), /away/);
});
