import { h, reconcile, renew, announce } from '../dom.js';
import { icon } from '../icons.js';
import { get, query } from '../api.js';
import { repeat } from '../live.js';
import { bones, busy, button, empty, failure, pageHead } from '../parts.js';
import { hasEnded, moment, pill, plural, status, statuses, ticking } from '../words.js';

const PAGE = 30;

export async function show({ outlet, query: search, signal, remember }) {
  const filter = { status: search.get('status') ?? '', query: search.get('query') ?? '', requestedBy: search.get('requestedBy') ?? '' };
  let [items, cursor, turn] = [[], null, 0];
  const list = h('ul', { class: 'rows', 'aria-label': 'Workflows' });
  const head = h('div', { class: 'list-row list-head', 'aria-hidden': 'true' }, h('span', {}, 'Status'), h('span', {}, 'Workflow'), h('span', { class: 'mid' }, 'Tasks'), h('span', {}, 'Started'), h('span', { class: 'end' }, 'Duration'));
  const foot = h('div', {});
  const body = h('div', { class: 'card' }, bones());
  const chips = ['', ...statuses.filter((name) => name !== 'pending' && name !== 'compensating')].map((name) => h('button', {
    type: 'button', class: 'chip', 'aria-pressed': String(filter.status === name), data: { status: name },
    onclick: () => { filter.status = name; changed(); },
  }, name ? status(name).label : 'All'));
  const box = field('Search by service, goal, template or id', filter.query, (text) => { filter.query = text; });
  const by = field('Requested by', filter.requestedBy, (text) => { filter.requestedBy = text; });

  function field(label, value, set) {
    let timer = 0;
    return h('div', { class: 'search' }, icon('search'), h('input', {
      class: 'input', type: 'search', value, placeholder: label, 'aria-label': label,
      oninput: (event) => { clearTimeout(timer); timer = setTimeout(() => { set(event.target.value.trim()); changed(); }, 250); },
    }));
  }

  const address = (extra) => `/workflows${query({ ...filter, limit: PAGE, ...extra })}`;

  function changed() {
    remember(filter);
    for (const chip of chips) chip.setAttribute('aria-pressed', String(chip.dataset.status === filter.status));
    load();
  }

  async function load() {
    const mine = ++turn;
    body.setAttribute('aria-busy', 'true');
    try {
      const page = await get(address(), { signal });
      if (mine !== turn) return;
      [items, cursor] = [page.items, page.nextCursor ?? null];
      paint();
      announce(items.length ? `${plural(items.length, 'workflow')} shown` : 'No workflows match');
    } catch (problem) {
      if (!signal.aborted && mine === turn) renew(body, failure(problem, load));
    } finally {
      body.removeAttribute('aria-busy');
    }
  }

  async function more(event) {
    await busy(event.currentTarget, async () => {
      const page = await get(address({ cursor }), { signal });
      const known = new Set(items.map((item) => item.workflowId));
      items = [...items, ...page.items.filter((item) => !known.has(item.workflowId))];
      cursor = page.nextCursor ?? null;
      paint();
      announce(`${plural(items.length, 'workflow')} shown`);
    });
  }

  function paint() {
    if (items.length === 0) {
      const isFiltered = filter.status || filter.query || filter.requestedBy;
      renew(body, isFiltered
        ? empty('search', 'Nothing matches', 'No workflow fits this search.', button('Clear the search', clear))
        : empty('list', 'No workflows yet', 'Ask for a service: the plan is shown before anything starts, and each step can be watched here.', h('a', { class: 'button primary', href: '#/new' }, icon('plus'), 'New service')));
      return;
    }
    if (list.parentNode !== body) renew(body, head, list, foot);
    reconcile(list, items, (item) => item.workflowId, create, update);
    renew(foot, cursor && h('div', { class: 'list-foot' }, button('Load more', more, { focus: 'more' })));
  }

  function clear() {
    Object.assign(filter, { status: '', query: '', requestedBy: '' });
    for (const input of [box, by]) input.querySelector('input').value = '';
    changed();
  }

  // The newest page is read again; what is further down keeps what the host last said of it.
  async function refresh() {
    if (turn === 0 || signal.aborted) return;
    const mine = turn;
    const page = await get(address(), { signal });
    if (mine !== turn || signal.aborted) return;
    const fresh = new Set(page.items.map((item) => item.workflowId));
    const wasShort = items.length <= PAGE;
    const oldest = Date.parse(page.items.at(-1)?.createdAt);
    items = [...page.items, ...(wasShort ? [] : items.filter((item) => !fresh.has(item.workflowId) && Date.parse(item.createdAt) <= oldest))];
    if (wasShort) cursor = page.nextCursor ?? null;
    paint();
  }

  renew(outlet, pageHead('Workflows', null, h('a', { class: 'button primary', href: '#/new' }, icon('plus'), 'New service')),
    h('div', { class: 'toolbar', role: 'search' }, h('div', { class: 'row' }, box, by), h('div', { class: 'chips', role: 'group', 'aria-label': 'Status' }, chips)),
    body);
  await load();
  repeat(4000, signal, refresh);
}

function create(item) {
  const row = h('li', {});
  update(row, item);
  return row;
}

function update(row, item) {
  const text = JSON.stringify([item.status, item.revision, item.completedAt, item.tasks?.map((task) => task.status)]);
  if (row.dataset.shown === text) return;
  row.dataset.shown = text;
  renew(row, line(item));
}

export function title(item) {
  return item.serviceName ?? item.parameters?.serviceName ?? item.goal ?? item.template ?? item.tasks?.[0]?.operation ?? item.workflowId;
}

function line(item) {
  const tasks = item.tasks ?? [];
  const done = tasks.filter((task) => ['completed', 'skipped', 'compensated'].includes(task.status)).length;
  const active = tasks.find((task) => ['in_progress', 'waiting_approval', 'failed'].includes(task.status));
  return h('a', { class: 'list-row', href: `#/workflows/${encodeURIComponent(item.workflowId)}`, data: { focus: item.workflowId } },
    h('span', { class: 'state' }, pill(item.status)),
    h('span', { class: 'what' },
      h('span', { class: 'ellipsis' }, h('span', { class: 'title' }, title(item)), item.environment && h('span', { class: 'muted' }, ` · ${item.environment}`)),
      h('span', { class: 'muted small ellipsis' }, `${item.template ?? item.plan ?? ''} · ${item.requestedBy ?? ''}`)),
    h('span', { class: 'mid muted small' }, tasks.length > 0 && `${done} of ${tasks.length} done`, active && !['completed'].includes(item.status) && ` · ${active.taskId}`),
    h('span', { class: 'small muted' }, moment(item.createdAt)),
    h('span', { class: 'end small muted number' }, item.duration ?? (hasEnded(item.status) ? '' : ticking(item.createdAt))));
}
