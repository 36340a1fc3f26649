import { announce, h, renew } from '../dom.js';
import { icon } from '../icons.js';
import { get } from '../api.js';
import { follow, repeat } from '../live.js';
import { taskGraph } from '../graph.js';
import { timeline } from '../timeline.js';
import { taskDetails } from '../task-details.js';
import { artifactCard } from '../artifact.js';
import { cancel, pause, resume, retryWorkflow, waitingNotice } from '../actions.js';
import { bones, busy, button, card, copy, empty, failure, jsonBlock, notice } from '../parts.js';
import { hasEnded, moment, pill, plural, status, ticking, waits } from '../words.js';
import { title as nameOf } from './workflows.js';

export async function show(page) {
  const { outlet, parts: [id], query, signal } = page;
  const address = `/workflows/${encodeURIComponent(id)}`;
  const chosen = { task: query.get('task'), file: query.get('file') };
  let record = await get(address, { signal });
  let [events, planned, isStale, isLoading, isFollowed, shownArtifacts, lastStatus] = [[], new Map(), false, false, false, '', record.status];

  const head = h('div', { class: 'stack' });
  const graph = taskGraph({ label: 'Task graph. Arrow keys move between tasks, Enter shows one.', onSelect: select });
  const details = h('div', {}, empty('box', 'No task chosen', 'Choose a task in the graph to see what it was given and what came of it.'));
  const log = timeline();
  const live = h('span', { class: 'live', data: { state: 'connecting' } }, 'Connecting');
  const files = h('div', { class: 'stack' });
  const list = h('ul', { class: 'rows task-list' });
  const detailsCard = card('Task', details);
  renew(outlet, h('div', { class: 'stack' }, head,
    card('Tasks', [graph.element, h('details', { class: 'card-body' }, h('summary', {}, 'As a list'), list)], { flush: true, tools: graph.tools, label: live }),
    h('div', { class: 'run-columns' }, detailsCard, card('Events', log.element, { flush: true })), files));

  const withPlan = () => record.tasks.map((task) => ({ ...task, maxAttempts: task.maxAttempts ?? planned.get(task.taskId)?.retry?.maxAttempts }));

  // What needs a person is shown first; a choice of the person's own wins.
  const shownTask = (tasks) => chosen.task ?? tasks.find((task) => ['failed', 'waiting_approval'].includes(task.status))?.taskId ?? (tasks.length === 1 ? tasks[0].taskId : null);

  function select(taskId) {
    chosen.task = taskId;
    if (chosen.file && !record.tasks.find((task) => task.taskId === taskId)?.result?.artifact) chosen.file = null;
    page.remember(chosen);
    paint();
    announce(`${taskId}: ${status(record.tasks.find((task) => task.taskId === taskId)?.status).label}`);
  }

  function paint() {
    page.title(`${nameOf(record)} · ${status(record.status).label}`);
    const tasks = withPlan();
    renew(head, header(record, tasks, reload));
    if (tasks.length) graph.update(tasks, shownTask(tasks));
    else renew(graph.element, bones(2));
    renew(list, tasks.map((task) => h('li', {}, h('button', { type: 'button', class: 'task-line', 'aria-pressed': String(task.taskId === shownTask(tasks)), data: { focus: `line-${task.taskId}` }, onclick: () => select(task.taskId) },
      h('strong', { class: 'wrap' }, task.taskId), pill(task.status), h('span', { class: 'small muted wrap' }, `${task.agent} · ${task.operation}${waits(task) ? ` · ${waits(task)}` : ''}`)))));
    const task = tasks.find((item) => item.taskId === shownTask(tasks));
    if (task) {
      detailsCard.querySelector('h2').textContent = task.taskId;
      keepOpen(details, () => renew(details, taskDetails(record, task, { events, input: task.input ?? task.approval?.input ?? planned.get(task.taskId)?.input, reload })));
    }
    log.show(events);
    paintFiles(tasks);
    if (record.status !== lastStatus) {
      announce(`Workflow ${status(record.status).label.toLowerCase()}`);
      lastStatus = record.status;
    }
  }

  // Drawn again only for another artifact: a file that is being read stays open.
  function paintFiles(tasks) {
    const made = tasks.filter((task) => task.result?.artifact?.files?.length > 0);
    const form = JSON.stringify(made.map((task) => [task.taskId, task.result.artifact.sha256, task.result.repository?.commit]));
    if (form === shownArtifacts) return;
    shownArtifacts = form;
    renew(files, made.map((task) => artifactCard(task.taskId, task.result, { signal, open: chosen.file, onOpen: (path) => { chosen.file = path; page.remember(chosen); } })));
  }

  async function reload() {
    if (isLoading) {
      isStale = true;
      return;
    }
    isLoading = true;
    try {
      do {
        isStale = false;
        record = await get(address, { signal });
        paint();
        watch();
      } while (isStale && !signal.aborted);
    } catch (problem) {
      if (signal.aborted) return;
      if (problem.status === 404) renew(outlet, h('div', { class: 'card' }, failure(problem, null, 'h1')));
      else setTimeout(() => { if (!signal.aborted) reload(); }, 2000);
    } finally {
      isLoading = false;
    }
  }

  function onEvents(fresh) {
    events = [...events, ...fresh];
    const plan = fresh.find((event) => event.type === 'workflow.created')?.detail?.plan?.tasks;
    if (plan) planned = new Map(plan.map((task) => [task.id ?? task.taskId, task]));
    if (fresh.at(-1).sequence > (record.revision ?? 0)) reload();
    else paint();
  }

  paint();
  const words = { live: 'Live', polling: 'Polling every 2 s', reconnecting: 'Reconnecting', ended: 'Ended' };
  const isSettled = () => ['completed', 'cancelled', 'failed'].includes(record.status) && events.at(-1)?.sequence >= (record.revision ?? 0);
  const isOver = () => isSettled() && !isLoading;

  // Follows from the last event known; a workflow that ended and is retried is followed again.
  function watch() {
    if (isFollowed || isSettled()) return;
    isFollowed = true;
    follow(`${address}/events`, {
      signal, onEvents, isOver, from: events.at(-1)?.sequence ?? 0,
      onState: (state) => {
        live.dataset.state = state;
        live.textContent = words[state];
        if (state === 'ended') isFollowed = false;
      },
      onProblem: (problem) => renew(log.element, failure(problem)),
    });
  }

  watch();
  repeat(8000, signal, async () => { if (!isFollowed && record.status === 'failed') await reload(); });
}

// A fold that a person opened or closed stays so when the host reports again.
function keepOpen(container, paint) {
  const before = new Map([...container.querySelectorAll('details')].map((part) => [part.querySelector('summary').textContent, part.open]));
  const title = container.dataset.task;
  paint();
  const now = container.closest('section').querySelector('h2').textContent;
  container.dataset.task = now;
  if (title !== now) return;
  for (const part of container.querySelectorAll('details')) {
    const was = before.get(part.querySelector('summary').textContent);
    if (was !== undefined) part.open = was;
  }
}

function header(record, tasks, reload) {
  const act = (label, mark, run, kind) => button(label, (event) => busy(event.currentTarget, async () => { if (await run()) reload(); }), { kind, mark, focus: `workflow-${label}` });
  const isOver = hasEnded(record.status);
  const waiting = tasks.filter((task) => task.status === 'waiting_approval' && task.approval);
  const failed = tasks.filter((task) => task.status === 'failed');
  return [
    h('div', { class: 'run-head' },
      h('div', {},
        h('p', { class: 'crumb' }, h('a', { href: '#/workflows' }, 'Workflows'), '/', h('span', { class: 'mono wrap' }, record.workflowId), h('button', { type: 'button', class: 'icon-button small', 'aria-label': 'Copy the workflow id', title: 'Copy the workflow id', data: { focus: 'copy-id' }, onclick: () => copy(record.workflowId, 'Workflow id') }, icon('copy', 14))),
        h('div', { class: 'row' }, h('h1', { tabindex: -1, data: { focus: 'title' } }, nameOf(record)), pill(record.status)),
        h('p', { class: 'run-meta' },
          record.template && h('span', {}, 'Template ', h('b', {}, record.template), record.templateVersion && ` ${record.templateVersion}`),
          record.environment && h('span', {}, 'Environment ', h('b', {}, record.environment)),
          h('span', {}, 'Requested by ', h('b', { class: 'wrap' }, record.requestedBy)), h('span', {}, 'Started ', moment(record.createdAt)),
          h('span', {}, record.duration || isOver ? 'Took ' : 'Running ', h('b', { class: 'number' }, record.duration ?? (isOver ? '' : ticking(record.createdAt)))))),
      h('div', { class: 'row' },
        !isOver && record.status !== 'paused' && record.status !== 'compensating' && act('Pause', 'pause', () => pause(record.workflowId)),
        record.status === 'paused' && act('Resume', 'play', () => resume(record.workflowId), 'primary'),
        record.status === 'failed' && act('Retry', 'retry', () => retryWorkflow(record), 'primary'),
        !isOver && act('Cancel', 'stop', () => cancel(record), 'danger'))),
    progress(tasks),
    waiting.map((task) => waitingNotice(record, task, reload)),
    deployed(tasks).map((result) =>
      notice('ok', 'check', h('strong', {}, `${result.service} ${result.version} serves in ${result.environment}. `), h('span', { class: 'row' },
        result.url && h('a', { href: result.url, rel: 'noreferrer', target: '_blank' }, 'Open the service'),
        h('a', { href: `#/deployments/${encodeURIComponent(result.deploymentId)}` }, 'Deployment')))),
    record.reason && notice(record.status === 'failed' ? 'bad' : 'idle', record.status === 'failed' ? 'alert' : 'info', h('strong', {}, `${status(record.status).label}. `), record.reason),
    !record.reason && failed.length > 0 && notice('bad', 'alert', h('strong', {}, `${failed[0].taskId} failed. `), failed[0].error?.reason),
    Object.keys(record.parameters ?? {}).length > 0 && h('details', {}, h('summary', {}, 'Parameters'), jsonBlock(record.parameters, 'Parameters')),
    record.goal && h('p', { class: 'muted wrap' }, '“', record.goal, '”'),
  ];
}

// Deploying and verifying answer the same deployment; the later one knows more.
function deployed(tasks) {
  const done = tasks.filter((task) => task.status === 'completed' && task.result?.deploymentId && task.result.status === 'completed');
  return [...new Map(done.map((task) => [task.result.deploymentId, task.result])).values()];
}

function progress(tasks) {
  if (tasks.length === 0) return null;
  const count = (...names) => tasks.filter((task) => names.includes(task.status)).length;
  const done = count('completed', 'skipped', 'compensated');
  const said = [`${done} of ${plural(tasks.length, 'task')} done`, ...[['in_progress', 'running'], ['waiting_approval', 'waiting for approval'], ['failed', 'failed'], ['rejected', 'rejected'], ['cancelled', 'cancelled'], ['pending', 'to come']]
    .filter(([name]) => count(name) > 0).map(([name, word]) => `${count(name)} ${word}`)].join(' · ');
  const order = ['completed', 'skipped', 'compensated', 'failed', 'rejected', 'in_progress', 'compensating', 'waiting_approval', 'paused', 'cancelled', 'pending'];
  const sorted = tasks.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return h('div', { class: 'progress' },
    h('div', { class: 'progress-bar', role: 'progressbar', 'aria-label': 'Tasks done', 'aria-valuemin': 0, 'aria-valuemax': tasks.length, 'aria-valuenow': done, 'aria-valuetext': said },
      sorted.map((task) => h('span', { class: `tone-${status(task.status).tone}` }))),
    h('p', { class: 'small muted', id: 'progress-text' }, said));
}
