import { announce, h, renew } from '../dom.js';
import { icon } from '../icons.js';
import { get, query } from '../api.js';
import { repeat } from '../live.js';
import { bones, busy, button, card, empty, failure, pageHead } from '../parts.js';
import { moment, pill, plural } from '../words.js';

const PAGE = 25;
const address = (id) => `#/deployments/${encodeURIComponent(id)}`;

export async function show({ outlet, query: search, signal, remember }) {
  const filter = { service: search.get('service') ?? '', environment: search.get('environment') ?? '' };
  let [matrix, items, cursor, extra] = [null, [], null, 0];
  const grid = h('div', {}, bones(3));
  const list = h('div', {}, bones(4));
  const service = h('select', { class: 'input', 'aria-label': 'Service', onchange: (event) => { filter.service = event.target.value; changed(); } });
  const environment = h('select', { class: 'input', 'aria-label': 'Environment', onchange: (event) => { filter.environment = event.target.value; changed(); } });
  renew(outlet, pageHead('Deployments', 'What serves where, what is on its way, and how it got there.'),
    h('div', { class: 'stack' }, card('Services by environment', grid, { flush: true }), card('History', list, { flush: true, tools: h('div', { class: 'row filters' }, service, environment) })));

  function changed() {
    remember(filter);
    extra = 0;
    load();
  }

  async function load() {
    try {
      [matrix] = [await get('/deployments/matrix', { signal })];
      paintMatrix();
    } catch (problem) {
      if (signal.aborted) return;
      if (!matrix) renew(grid, failure(problem, load));
    }
    try {
      const page = await get(`/deployments${query({ ...filter, limit: Math.min(200, PAGE * (extra + 1)) })}`, { signal });
      [items, cursor] = [page.items, page.nextCursor ?? null];
      paintList();
    } catch (problem) {
      if (!signal.aborted && items.length === 0) renew(list, failure(problem, load));
    }
  }

  function paintMatrix() {
    options(service, 'All services', matrix.services.map((row) => row.service), filter.service);
    options(environment, 'All environments', matrix.environments.map((place) => place.name), filter.environment);
    if (matrix.services.length === 0) {
      renew(grid, empty('box', 'Nothing is deployed yet', 'Ask for a service with a plan that deploys it, and it shows here with what serves in each environment.', h('a', { class: 'button primary', href: '#/new' }, icon('plus'), 'New service')));
      return;
    }
    renew(grid, h('div', { class: 'matrix-scroll', tabindex: 0, role: 'region', 'aria-label': 'Services by environment', data: { scroll: 'matrix' } }, h('table', { class: 'matrix' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Service'), matrix.environments.map((place) => h('th', { scope: 'col' }, place.name, place.closed && h('span', { class: 'closed' }, icon('hand', 13), place.closed))))),
      h('tbody', {}, matrix.services.map((row) => h('tr', {}, h('th', { scope: 'row', class: 'wrap' }, row.service), matrix.environments.map((place) => cell(row, place))))))));
  }

  function cell(row, { name, closed }) {
    const shut = closed && h('p', { class: 'closed closed-here small' }, icon('hand', 13), closed);
    const state = row.environments.find((item) => item.environment === name);
    const label = { 'data-environment': name };
    if (!state || (!state.version && !state.active && !state.last)) return h('td', { ...label, class: 'none' }, h('span', { class: 'muted' }, 'Nothing'), shut);
    const focus = `${row.service}-${name}`;
    return h('td', label,
      state.version
        ? h('p', {}, state.deploymentId ? h('a', { class: 'version mono', href: address(state.deploymentId), data: { focus } }, state.version) : h('span', { class: 'version mono' }, state.version), h('span', { class: 'muted small' }, ' since ', moment(state.since)))
        : h('p', { class: 'muted' }, 'Nothing serves'),
      state.active && h('p', {}, h('a', { class: 'moving', href: address(state.active.deploymentId), data: { focus: `${focus}-active` } }, pill(state.active.status), h('span', { class: 'mono' }, ` ${state.active.version}`), state.active.weight > 0 && ` ${state.active.weight} %`)),
      !state.active && state.last && ['failed', 'rolled_back', 'aborted'].includes(state.last.status) && h('p', {}, h('a', { class: 'moving', href: address(state.last.deploymentId), data: { focus: `${focus}-last` } }, pill(state.last.status), h('span', { class: 'mono' }, ` ${state.last.version}`))),
      state.waiting > 0 && h('p', { class: 'muted small' }, `${state.waiting} waiting`),
      state.quarantined.length > 0 && h('p', { class: 'small tone-bad quarantine' }, icon('alert', 13), ` ${state.quarantined.length} quarantined`), shut);
  }

  function paintList() {
    if (items.length === 0) {
      renew(list, empty('list', filter.service || filter.environment ? 'Nothing matches' : 'No deployments yet', 'Deployments are listed here, newest first, with who asked for them and why.'));
      return;
    }
    renew(list, h('ul', { class: 'rows', 'aria-label': 'Deployments' }, items.map((item) => h('li', {}, h('a', { class: 'list-row', href: address(item.deploymentId), data: { focus: item.deploymentId } },
      h('span', { class: 'state' }, pill(item.status)),
      h('span', { class: 'what wrap' }, h('span', { class: 'title' }, `${item.service} `, h('span', { class: 'mono' }, item.version), ` to ${item.environment}`), h('span', { class: 'muted small wrap' }, item.reason ?? `${item.strategy}, asked for by ${item.requestedBy}`)),
      h('span', { class: 'mid muted small wrap' }, item.previousVersion ? `from ${item.previousVersion}` : 'first version'), h('span', { class: 'muted small' }, moment(item.startedAt)), h('span', { class: 'end number' }, item.duration ?? ''))))),
    cursor && items.length < 200 && h('div', { class: 'list-foot' }, button('Load more', (event) => busy(event.currentTarget, async () => { extra += 1; await load(); announce(`${plural(items.length, 'deployment')} shown`); }), { focus: 'more' })));
  }

  await load();
  repeat(3000, signal, load);
}

function options(select, all, names, chosen) {
  const known = [...select.options].map((option) => option.value).join('\n');
  if (known === ['', ...names].join('\n')) return;
  select.replaceChildren(...['', ...names].map((name) => h('option', { value: name }, name || all)));
  select.value = chosen;
}
