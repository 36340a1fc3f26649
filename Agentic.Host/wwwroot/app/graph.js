// The task graph as SVG: nodes stay in place and are repainted as the host reports.
import { h, renew, s, uid } from './dom.js';
import { shape, icon } from './icons.js';
import { layout } from './graph-layout.js';
import { elapsed, hasEnded, sentence, status, waits } from './words.js';

const NODE = { width: 214, height: 78 };
const MARGIN = 20;

/** @returns `{ element, tools, update(tasks, selected) }`; `onSelect(taskId)` on click, Enter or Space. */
export function taskGraph({ onSelect, label }) {
  const element = h('div', { class: 'graph', data: { scroll: 'graph' } });
  let [tasks, selected, drawn, zoom, current] = [[], null, '', null, null];
  const isNarrow = matchMedia('(max-width: 720px)');
  const nodes = new Map();
  const arrow = uid('arrow');
  let svg = null;
  let plan = null;

  function draw() {
    const isVertical = isNarrow.matches;
    plan = layout(tasks.map((task) => ({ id: task.taskId, dependsOn: task.dependsOn })), { ...NODE, gapMain: isVertical ? 34 : 44, gapCross: 18, isVertical });
    nodes.clear();
    const [width, height] = [plan.width + 2 * MARGIN, plan.height + 2 * MARGIN];
    const edges = plan.edges.map((edge) => s('path', { class: 'edge', d: curve(edge.points, isVertical), 'marker-end': `url(#${arrow})`, data: { from: edge.from, to: edge.to } }));
    const groups = tasks.map((task) => node(task, plan.nodes.get(task.taskId)));
    svg = s('svg', { class: 'dag', viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}`, role: 'group', 'aria-label': label },
      s('defs', {}, s('marker', { id: arrow, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse' }, s('path', { class: 'arrow', d: 'M0 0.5L7.5 4L0 7.5z' }))),
      s('g', {}, edges), s('g', {}, groups));
    element.replaceChildren(svg);
    fit();
  }

  function node(task, at) {
    const parts = {
      name: s('text', { class: 'name', x: 42, y: 24 }), line: s('text', { class: 'line', x: 42, y: 43 }), state: s('text', { class: 'state', x: 14, y: 65 }),
      mark: s('g', { class: 'mark', transform: 'translate(14 11) scale(1.15)' }), tip: s('title', {}),
    };
    const group = s('g', {
      class: 'node', transform: `translate(${at.x} ${at.y})`, role: 'button', tabindex: -1, 'aria-pressed': 'false', data: { task: task.taskId, focus: `node-${task.taskId}` },
      onclick: () => onSelect(task.taskId), onkeydown: (event) => key(event, task.taskId), onfocus: () => rove(task.taskId),
    },
    s('rect', { class: 'ring', x: -4, y: -4, width: NODE.width + 8, height: NODE.height + 8, rx: 13 }),
    s('rect', { class: 'box', width: NODE.width, height: NODE.height, rx: 10 }),
    s('rect', { class: 'badge', x: 10, y: 7, width: 26, height: 26, rx: 8 }), parts.mark, parts.name, parts.line, parts.state, parts.tip);
    nodes.set(task.taskId, { group, parts, shown: '' });
    return group;
  }

  function paint(task) {
    const { group, parts } = nodes.get(task.taskId);
    const { tone, mark, label: word } = status(task.status);
    const isRunning = task.status === 'in_progress' && task.startedAt && !task.waitingFor;
    const reads = details(task, word);
    group.setAttribute('class', `node tone-${tone}`);
    group.setAttribute('aria-pressed', String(task.taskId === selected));
    group.setAttribute('aria-label', reads.full);
    group.dataset.status = task.status ?? '';
    parts.name.textContent = cut(task.taskId, NODE.width - 52, '600 13.5px');
    parts.line.textContent = cut([task.agent, String(task.operation ?? '').replaceAll('_', ' ')].filter(Boolean).join(' · '), NODE.width - 52, '12px');
    parts.tip.textContent = reads.full;
    const short = cut(reads.short, NODE.width - 26, '600 12px');
    if (nodes.get(task.taskId).shown !== mark) {
      nodes.get(task.taskId).shown = mark;
      parts.mark.replaceChildren(s('g', { class: mark === 'run' ? 'spin' : null }, shape(mark)));
    }
    if (isRunning) Object.assign(parts.state.dataset, { since: task.startedAt, prefix: reads.prefix });
    else delete parts.state.dataset.since;
    parts.state.textContent = isRunning ? reads.prefix + elapsed(task.startedAt) : short;
  }

  function update(next, chosen) {
    [tasks, selected] = [next, chosen];
    const form = JSON.stringify([isNarrow.matches, tasks.map((task) => [task.taskId, task.dependsOn])]);
    const isNew = form !== drawn;
    if (isNew) {
      drawn = form;
      draw();
    }
    for (const task of tasks) paint(task);
    const by = new Map(tasks.map((task) => [task.taskId, task]));
    for (const edge of svg.querySelectorAll('.edge')) {
      const isDone = ['completed', 'skipped'].includes(by.get(edge.dataset.from)?.status);
      const touches = chosen && (edge.dataset.from === chosen || edge.dataset.to === chosen);
      edge.setAttribute('class', `edge ${isDone ? 'done' : ''} ${touches ? 'on' : ''}`);
    }
    if (isNew) reveal();
    if (!nodes.has(current)) rove(chosen && nodes.has(chosen) ? chosen : tasks[0]?.taskId);
  }

  // A graph larger than its frame opens where something happens.
  function reveal() {
    const active = tasks.find((task) => task.taskId === selected) ?? tasks.find((task) => ['failed', 'waiting_approval', 'in_progress'].includes(task.status));
    const at = active && plan.nodes.get(active.taskId);
    if (!at) return;
    requestAnimationFrame(() => {
      const scale = svg.clientWidth / (plan.width + 2 * MARGIN);
      element.scrollLeft = (at.x + MARGIN) * scale - element.clientWidth / 2 + NODE.width * scale / 2;
      element.scrollTop = (at.y + MARGIN) * scale - element.clientHeight / 2 + NODE.height * scale / 2;
    });
  }

  function rove(id) {
    if (nodes.has(current)) nodes.get(current).group.setAttribute('tabindex', '-1');
    current = id;
    nodes.get(id)?.group.setAttribute('tabindex', '0');
  }

  function key(event, id) {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onSelect(id);
      return;
    }
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    const jump = { Home: 0, End: tasks.length - 1 }[event.key];
    const target = jump === undefined ? step && neighbour(id, step) : tasks[jump].taskId;
    if (!target) return;
    event.preventDefault();
    rove(target);
    nodes.get(target).group.focus();
    nodes.get(target).group.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  function neighbour(id, [right, down]) {
    const here = plan.nodes.get(id);
    let best = null;
    for (const other of plan.nodes.values()) {
      const [dx, dy] = [other.x - here.x, other.y - here.y];
      const [along, across] = right ? [dx * right, Math.abs(dy)] : [dy * down, Math.abs(dx)];
      if (other.id === id || along <= 4) continue;
      const cost = along + across * 2;
      if (!best || cost < best.cost) best = { cost, id: other.id };
    }
    return best?.id;
  }

  function fit() {
    if (!plan) return;
    const [width, height] = [plan.width + 2 * MARGIN, plan.height + 2 * MARGIN];
    const room = element.clientWidth || 800;
    const scale = zoom ?? Math.max(isNarrow.matches ? 0.72 : 0.62, Math.min(1, room / width));
    svg.setAttribute('width', Math.round(width * scale));
    svg.setAttribute('height', Math.round(height * scale));
  }

  function scaleBy(factor) {
    const now = svg ? svg.clientWidth / (plan.width + 2 * MARGIN) : 1;
    zoom = Math.min(1.6, Math.max(0.25, now * factor));
    fit();
  }

  function whole() {
    zoom = Math.min(1, (element.clientWidth || 800) / (plan.width + 2 * MARGIN));
    fit();
  }

  new ResizeObserver(() => fit()).observe(element);
  isNarrow.addEventListener('change', () => { if (tasks.length && element.isConnected) { zoom = null; update(tasks, selected); } });
  const tool = (name, text, action) => h('button', { type: 'button', class: 'icon-button', 'aria-label': text, title: text, onclick: action }, icon(name));
  const tools = h('div', { class: 'zoom' }, tool('minus', 'Smaller', () => scaleBy(1 / 1.2)), tool('plus', 'Larger', () => scaleBy(1.2)), tool('box', 'Whole graph', whole));
  return { element, tools, update };
}

function details(task, word) {
  const tries = task.attempts > 1 || task.maxAttempts && task.attempts > 0 && task.status !== 'completed' ? `attempt ${task.attempts}${task.maxAttempts ? ` of ${task.maxAttempts}` : ''}` : '';
  const time = task.startedAt && (task.completedAt || task.status === 'in_progress' && !task.waitingFor) ? elapsed(task.startedAt, task.completedAt) : '';
  const held = waits(task);
  const estimate = !task.status && task.estimatedDuration ? `about ${task.estimatedDuration}` : '';
  const reason = task.error?.reason ?? '';
  const short = held ? (task.status === 'waiting_approval' ? word : held)
    : [task.status ? word : estimate, hasEnded(task.status) ? time : '', tries].filter(Boolean).join(' · ');
  return {
    short,
    prefix: tries ? `${tries.charAt(0).toUpperCase()}${tries.slice(1)} · ` : 'Running · ',
    full: [task.taskId, `${task.agent} ${task.operation}`, task.status ? word : estimate, time && `${time}`, tries, held, reason,
      task.dependsOn?.length ? `after ${task.dependsOn.join(', ')}` : ''].filter(Boolean).join('; '),
  };
}

const ruler = document.createElement('canvas').getContext('2d');

// SVG text neither wraps nor ends in an ellipsis by itself.
function cut(text, width, font) {
  ruler.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
  if (ruler.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ruler.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low).trimEnd()}…`;
}

function curve(points, isVertical) {
  let path = `M${points[0].x} ${points[0].y}`;
  for (let i = 1; i < points.length; i += 1) {
    const [a, b] = [points[i - 1], points[i]];
    const [mx, my] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
    path += isVertical ? `C${a.x} ${my} ${b.x} ${my} ${b.x} ${b.y}` : `C${mx} ${a.y} ${mx} ${b.y} ${b.x} ${b.y}`;
  }
  return path;
}

/** A plan that has not started, drawn with estimates instead of statuses. */
export function planGraph(tasks, label) {
  const graph = taskGraph({ label, onSelect: () => {} });
  const holder = h('div', {}, graph.element);
  renew(holder, graph.element);
  return { element: holder, tools: graph.tools, show: () => graph.update(tasks.map((task) => ({ ...task, taskId: task.taskId ?? task.id, status: null })), null) };
}
