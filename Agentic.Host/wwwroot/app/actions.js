// What a person can do to a workflow or a task: asked for once, sent once, and refused in the host's own words.
import { h } from './dom.js';
import { fitting, intent, post } from './api.js';
import { ask, button, copyLine, jsonBlock, notice, textField, toast } from './parts.js';
import { moment } from './words.js';

const at = (id) => `/workflows/${encodeURIComponent(id)}`;
const task = (id, taskId) => `${at(id)}/tasks/${encodeURIComponent(taskId)}`;

function send(operation, address, body) {
  const keyFor = intent();
  return fitting(operation, body).then((fit) => post(address, fit, { key: keyFor(fit) }));
}

export function pause(id) {
  return send('pause_workflow', `${at(id)}/pause`, {});
}

export function resume(id) {
  return send('resume_workflow', `${at(id)}/resume`, {});
}

export function cancel(record) {
  const reason = textField('Reason', { hint: 'Kept in the journal and the audit.' });
  const running = record.tasks.filter((item) => item.status === 'in_progress').map((item) => item.taskId);
  return ask({
    title: 'Cancel this workflow?', confirm: 'Cancel workflow', kind: 'danger solid',
    body: [h('p', {}, running.length ? `It stops ${running.join(', ')} and starts nothing more. What is already done stays done. This cannot be undone.` : 'Nothing more is started. What is already done stays done. This cannot be undone.'), reason.element],
    act: () => send('cancel_workflow', `${at(record.workflowId)}/cancel`, { reason: reason.value }),
  });
}

export function retryWorkflow(record) {
  return send('retry_workflow', `${at(record.workflowId)}/retry`, {});
}

export function retryTask(record, item) {
  return send('retry_task', `${task(record.workflowId, item.taskId)}/retry`, {});
}

export function retryCorrected(record, item, input) {
  const text = textField('Input', { rows: 12, value: JSON.stringify(input ?? {}, null, 2), required: true, code: true, hint: 'Replaces the input of this task; the host checks it like any other.' });
  return ask({
    title: `Retry ${item.taskId} with a corrected input`, confirm: 'Retry', body: text.element,
    act: () => {
      let corrected;
      try {
        corrected = JSON.parse(text.value);
      } catch (error) {
        throw new Error(`The input is not valid JSON: ${error.message}`);
      }
      return send('retry_task', `${task(record.workflowId, item.taskId)}/retry`, { input: corrected });
    },
  });
}

export function skip(record, item) {
  const reason = textField('Why is it safe to go on without it?', { required: true });
  return ask({
    title: `Skip ${item.taskId}?`, confirm: 'Skip task', kind: 'danger solid',
    body: [h('p', {}, 'Tasks that depend on it go on without its result. This cannot be undone.'), reason.element],
    act: () => send('skip_task', `${task(record.workflowId, item.taskId)}/skip`, { reason: reason.value }),
  });
}

/** Shows exactly what is approved; the digest that was read is the digest that is sent. */
export function decide(record, item) {
  const { approval } = item;
  const reason = textField('Reason', { hint: 'Needed to reject.' });
  const body = [
    h('p', {}, approval.summary),
    h('dl', { class: 'facts' }, h('dt', {}, 'Task'), h('dd', {}, `${item.taskId} · ${item.operation}`), h('dt', {}, 'Environment'), h('dd', {}, record.environment ?? 'none'),
      h('dt', {}, 'Needs scope'), h('dd', {}, approval.requiredScope), h('dt', {}, 'Expires'), h('dd', {}, moment(approval.expiresAt))),
    approval.input !== undefined && approval.input !== null && h('div', { class: 'stack-tight' }, h('h3', {}, 'What it will be given'), jsonBlock(approval.input, 'Resolved input')),
    h('div', { class: 'stack-tight' }, h('h3', {}, 'Digest'), copyLine(approval.digest, 'Digest'), h('p', { class: 'small muted' }, 'Your approval holds for this digest only. If the input changes, the host refuses it.')),
    reason.element,
  ];
  return ask({
    title: `Approve ${item.taskId}?`, confirm: 'Approve', body,
    act: () => send('approve_task', `${task(record.workflowId, item.taskId)}/approve`, { digest: approval.digest }).then(() => { toast('ok', `${item.taskId} approved`); return true; }),
    extra: [{
      label: 'Reject', kind: 'danger', act: () => {
        if (!reason.value) {
          reason.control.focus();
          throw new Error('Say why you reject it.');
        }
        return send('reject_task', `${task(record.workflowId, item.taskId)}/reject`, { digest: approval.digest, reason: reason.value }).then(() => { toast('ok', `${item.taskId} rejected`); return true; });
      },
    }],
  });
}

export function waitingNotice(record, item, done) {
  return notice('wait', 'hand', h('strong', {}, `${item.taskId} waits for approval. `), item.approval.summary, ' Expires ', moment(item.approval.expiresAt), '.',
    h('div', { class: 'row' }, button('Review and decide', async () => { if (await decide(record, item)) done(); }, { kind: 'primary', focus: `decide-${item.taskId}` })));
}
