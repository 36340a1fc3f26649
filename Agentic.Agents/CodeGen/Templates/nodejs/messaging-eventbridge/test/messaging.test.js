import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBridgePublisher } from '../src/messaging.js';

const EVENTS = [0, 1].map((n) => ({ id: `e${n}`, type: 'thing.created', data: { n } }));

test('puts each event and answers what was confirmed', async () => {
  const sent = [];
  const client = { send: async ({ input }) => (sent.push(input), { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }, { EventId: 'm' }] }) };

  assert.deepEqual(await new EventBridgePublisher(client, 'bus').publish(EVENTS), [EVENTS[1]]);
  assert.deepEqual(sent[0].Entries.map((entry) => JSON.parse(entry.Detail)), EVENTS);
  assert.ok(sent[0].Entries.every((entry) => entry.EventBusName === 'bus' && entry.DetailType === 'thing.created'));
});

test('fails a ping when the bus is away', async () => {
  const client = {
    send: async () => {
      throw new Error('away');
    },
  };

  await assert.rejects(new EventBridgePublisher(client, 'bus').ping(), /away/);
});
