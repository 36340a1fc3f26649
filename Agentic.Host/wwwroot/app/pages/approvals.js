import { h, renew } from '../dom.js';
import { get, query } from '../api.js';
import { repeat } from '../live.js';
import { decide } from '../actions.js';
import { bones, button, empty, failure, pageHead } from '../parts.js';
import { moment } from '../words.js';
import { title as nameOf } from './workflows.js';

export async function show({ outlet, signal }) {
  const body = h('div', { class: 'stack' }, h('div', { class: 'card' }, bones(4)));
  let shown = '';
  renew(outlet, pageHead('Approvals', 'Steps that wait for a person. An approval holds for exactly what is shown, and nothing else.'), body);

  async function load() {
    const records = [];
    let cursor = null;
    do {
      const page = await get(`/workflows${query({ status: 'waiting_approval', limit: 50, cursor })}`, { signal });
      records.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor && records.length < 500);
    const waiting = records.flatMap((record) => (record.tasks ?? []).filter((task) => task.status === 'waiting_approval' && task.approval).map((task) => ({ record, task })));
    const text = JSON.stringify(waiting.map(({ record, task }) => [record.workflowId, task.taskId, task.approval.digest]));
    if (text === shown) return;
    shown = text;
    renew(body, waiting.length === 0
      ? h('div', { class: 'card' }, empty('hand', 'Nothing waits for you', 'A step that changes production, or destroys something, stops here until a person has read it.'))
      : waiting.map(({ record, task }) => item(record, task)));
  }

  function item(record, task) {
    return h('section', { class: 'card', 'aria-label': `${nameOf(record)}, ${task.taskId}` }, h('div', { class: 'card-body row-between' },
      h('div', { class: 'stack-tight' },
        h('h2', {}, h('a', { href: `#/workflows/${encodeURIComponent(record.workflowId)}?task=${encodeURIComponent(task.taskId)}` }, nameOf(record)), h('span', { class: 'muted' }, ` · ${task.taskId}`)),
        h('p', { class: 'wrap' }, task.approval.summary),
        h('p', { class: 'small muted' }, `${record.environment ?? 'no environment'} · requested by ${record.requestedBy} · needs ${task.approval.requiredScope} · expires `, moment(task.approval.expiresAt))),
      button('Review and decide', async () => { if (await decide(record, task)) { shown = ''; await load().catch(() => {}); } }, { kind: 'primary', mark: 'hand', focus: `${record.workflowId}-${task.taskId}` })));
  }

  try {
    await load();
  } catch (problem) {
    if (signal.aborted) return;
    renew(body, h('div', { class: 'card' }, failure(problem, () => show({ outlet, signal }))));
  }
  repeat(5000, signal, load);
}
