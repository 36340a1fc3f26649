// Everything the host has said about one task.
import { h } from './dom.js';
import { icon } from './icons.js';
import { attemptsOf, reading } from './timeline.js';
import { busy, button, copyButton, jsonBlock, notice } from './parts.js';
import { decide, retryCorrected, retryTask, skip } from './actions.js';
import { elapsed, moment, pill, plural, sentence, ticking, waits } from './words.js';

export function taskDetails(record, task, { events, input, reload }) {
  const attempts = attemptsOf(events, task.taskId);
  const fact = (term, ...value) => value.some(Boolean) && [h('dt', {}, term), h('dd', {}, value)];
  return h('div', { class: 'stack' },
    h('div', { class: 'row-between' }, h('span', { class: 'row' }, pill(task.status), task.attempts > 1 && h('span', { class: 'tag' }, `attempt ${task.attempts}${task.maxAttempts ? ` of ${task.maxAttempts}` : ''}`)), tools(record, task, input, reload)),
    waits(task) && h('p', { class: 'held' }, icon('clock'), h('span', { class: 'wrap' }, waits(task))),
    task.error && notice('bad', 'alert', h('strong', {}, `${task.error.kind?.replaceAll('_', ' ') ?? 'Error'}: `), task.error.reason,
      task.error.errors?.length > 0 && h('ul', {}, task.error.errors.map((error) => h('li', {}, h('code', {}, error.member), ' ', error.message)))),
    h('dl', { class: 'facts' },
      fact('Agent', task.agent), fact('Operation', h('code', {}, task.operation)),
      fact('After', task.dependsOn?.length > 0 && task.dependsOn.join(', ')),
      fact('Started', moment(task.startedAt)), fact('Ended', moment(task.completedAt)),
      fact('Duration', task.startedAt && (task.completedAt ? elapsed(task.startedAt, task.completedAt) : task.status === 'in_progress' && !task.waitingFor && ticking(task.startedAt)))),
    attempts.length > 2 && h('details', { open: task.status === 'failed' }, h('summary', {}, 'Attempts'), h('ol', { class: 'rows small' }, attempts.map((event) => {
      const { text, said } = reading(event);
      return h('li', {}, h('div', { class: 'row-between' }, h('span', {}, text.replace(`${task.taskId} `, '')), moment(event.at)), said && h('div', { class: 'muted wrap' }, said));
    }))),
    Array.isArray(task.result?.violations) && findings(task.result.violations),
    input && block('Input', input, false), task.result !== undefined && task.result !== null && block('Result', task.result, !task.result.artifact && !task.result.violations));
}

// What the gate found in the files that an earlier task made; its place opens the file beside it.
function findings(violations) {
  if (violations.length === 0) return h('p', {}, 'Nothing was found.');
  const tones = { critical: 'bad', high: 'bad', medium: 'wait' };
  const open = (item) => button([item.file, item.line && `line ${item.line}`].filter(Boolean).join(', '), () => document.dispatchEvent(new CustomEvent('open-file', { detail: { path: item.file, line: item.line } })), { kind: 'small quiet' });
  return h('div', { class: 'stack-tight' }, h('h3', {}, plural(violations.length, 'finding')), h('ul', { class: 'rows findings' }, violations.slice(0, 200).map((item) => h('li', {},
    h('div', { class: 'row' }, h('span', { class: `pill tone-${tones[item.severity] ?? 'idle'}` }, sentence(item.severity)), h('code', { class: 'wrap' }, item.rule), item.file && open(item)),
    h('p', { class: 'wrap' }, item.message), item.fix && h('p', { class: 'small muted wrap' }, item.fix)))));
}

function block(label, value, isOpen) {
  return h('details', { open: isOpen }, h('summary', {}, label), h('div', { class: 'stack-tight' }, jsonBlock(value, label), h('div', { class: 'row' }, copyButton(JSON.stringify(value, null, 2), label))));
}

function tools(record, task, input, reload) {
  const act = (label, mark, run, kind = 'small') => button(label, (event) => busy(event.currentTarget, async () => { if (await run()) reload(); }), { kind, mark, focus: `task-${label}` });
  const isOver = ['cancelled', 'completed'].includes(record.status);
  return h('span', { class: 'row' },
    task.status === 'waiting_approval' && task.approval && act('Review', 'hand', () => decide(record, task), 'small primary'),
    task.status === 'failed' && !isOver && act('Retry', 'retry', () => retryTask(record, task)),
    task.status === 'failed' && !isOver && act('Correct and retry', 'file', () => retryCorrected(record, task, input)),
    ['failed', 'pending', 'rejected'].includes(task.status) && !isOver && act('Skip', 'skip', () => skip(record, task), 'small quiet'));
}
