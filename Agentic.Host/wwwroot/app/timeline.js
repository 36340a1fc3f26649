// A workflow's journal in sentences.
import { h, reconcile, renew } from './dom.js';
import { icon } from './icons.js';
import { moment, sentence, duration } from './words.js';

const by = (detail) => detail.by ? ` by ${detail.by}` : '';
const SAYS = {
  'workflow.created': ['idle', 'plus', () => 'Accepted'],
  'workflow.paused': ['hold', 'pause', (d) => `Paused${by(d)}`],
  'workflow.resumed': ['run', 'play', (d) => `Resumed${by(d)}`],
  'workflow.cancelled': ['idle', 'stop', (d) => `Cancelled${by(d)}`],
  'workflow.completed': ['ok', 'check', () => 'Workflow completed'],
  'workflow.failed': ['bad', 'cross', () => 'Workflow failed'],
  'task.scheduled': ['idle', 'clock', (d, at) => Date.parse(d.notBefore) - Date.parse(at) > 1500 ? `is due in ${duration(Date.parse(d.notBefore) - Date.parse(at))}` : 'is ready'],
  'task.started': ['run', 'play', (d) => d.attempt > 1 ? `started, attempt ${d.attempt}` : 'started'],
  'task.completed': ['ok', 'check', (d) => d.attempt > 1 ? `completed on attempt ${d.attempt}` : 'completed'],
  'task.attempt_failed': ['wait', 'retry', (d, at) => `failed on attempt ${d.attempt}${d.retryAt ? `; again in ${duration(Date.parse(d.retryAt) - Date.parse(at))}` : ''}`],
  'task.failed': ['bad', 'cross', (d) => `failed${d.attempt > 1 ? ` after ${d.attempt} attempts` : ''}`],
  'task.skipped': ['idle', 'skip', (d) => `skipped${by(d)}`],
  'task.cancelled': ['idle', 'stop', () => 'cancelled'],
  'task.retried': ['run', 'retry', (d) => `tried again${by(d)}${d.input ? ' with a corrected input' : ''}`],
  'approval.requested': ['wait', 'hand', () => 'waits for approval'],
  'task.approved': ['ok', 'hand', (d) => `approved${by(d)}`],
  'task.rejected': ['bad', 'cross', (d) => d.by ? `rejected by ${d.by}` : 'rejected: the approval expired'],
  'compensation.started': ['wait', 'undo', () => 'Undoing what was done'],
  'task.compensating': ['wait', 'undo', () => 'is being undone'],
  'task.compensated': ['hold', 'undo', () => 'was undone'],
  'compensation.attempt_failed': ['wait', 'retry', (d, at) => `could not be undone yet${d.retryAt ? `; again in ${duration(Date.parse(d.retryAt) - Date.parse(at))}` : ''}`],
  'compensation.failed': ['bad', 'alert', () => 'could not be undone'],
};

/** `{ tone, mark, text, said }` of one event; an event of a later version reads as its name. */
export function reading(event) {
  const detail = event.detail ?? {};
  const [tone, mark, say] = SAYS[event.type] ?? ['idle', 'dot', () => sentence(event.type)];
  const what = say(detail, event.at);
  return { tone, mark, text: event.taskId ? `${event.taskId} ${what}` : what, said: detail.error?.reason ?? detail.reason ?? (event.type === 'approval.requested' ? detail.summary : null) };
}

// Bookkeeping of the journal that says nothing of the work.
const UNTOLD = new Set(['workflow.key_used']);

const SHOWN = 80;

export function timeline() {
  const list = h('ol', { class: 'timeline', tabindex: 0, 'aria-label': 'Events, newest first' });
  const foot = h('div', {});
  let [isAll, events] = [false, []];

  function show(next) {
    events = next;
    const newest = events.filter((event) => !UNTOLD.has(event.type)).toReversed();
    reconcile(list, isAll ? newest : newest.slice(0, SHOWN), (event) => event.sequence, line, () => {});
    renew(foot, !isAll && newest.length > SHOWN && h('div', { class: 'list-foot' }, h('button', { type: 'button', class: 'button small', onclick: () => { isAll = true; show(events); } }, `Show all ${newest.length} events`)));
  }

  return { element: h('div', {}, list, foot), show };
}

function line(event) {
  const { tone, mark, text, said } = reading(event);
  const mine = icon(mark);
  mine.classList.remove('spin');
  return h('li', { class: `tone-${tone}`, data: { type: event.type } }, mine, h('span', { class: 'wrap' }, text), moment(event.at), said && h('span', { class: 'said' }, said));
}

export const attemptsOf = (events, taskId) => events.filter((event) => event.taskId === taskId && /^task\.(started|completed|attempt_failed|failed|cancelled)$/.test(event.type));
