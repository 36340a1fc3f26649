import { h, renew } from '../dom.js';
import { icon } from '../icons.js';
import { get, operations, post, query } from '../api.js';
import { bones, busy, button, copyLine, empty, failure, faultNotice, jsonBlock, notice, pageHead } from '../parts.js';
import { moment, plural, sentence } from '../words.js';

const TONES = { refusal: 'wait', security: 'bad', approval: 'ok', decision: 'hold', command: 'run' };

export async function show({ outlet, query: search, signal, remember }) {
  const filter = { caller: search.get('caller') ?? '', operation: search.get('operation') ?? '', subject: search.get('subject') ?? '' };
  const verdict = h('div', { 'aria-live': 'polite' });
  const body = h('div', { class: 'card' }, bones());
  let [items, cursor, turn] = [[], null, 0];
  let timer = 0;
  const box = (name, label) => h('div', { class: 'search' }, icon('search'), h('input', {
    class: 'input', type: 'search', value: filter[name], placeholder: label, 'aria-label': label,
    oninput: (event) => { clearTimeout(timer); timer = setTimeout(() => { filter[name] = event.target.value.trim(); remember(filter); load(); }, 300); },
  }));
  const check = button('Verify chain', () => busy(check, verify, (problem) => renew(verdict, faultNotice(problem))), { mark: 'hand' });
  renew(outlet, pageHead('Audit', 'Every command, approval and decision, chained by hashes so that a change to the past shows.', check),
    h('div', { class: 'stack' }, verdict, h('div', { class: 'row', role: 'search' }, box('caller', 'Caller'), box('operation', 'Operation'), box('subject', 'Subject')), body));

  // The operation is looked up, so that the page needs no knowledge of where it is offered.
  async function verify() {
    const offered = (await operations()).find((item) => /verify.*(audit|chain)|audit.*verif/.test(item.name));
    if (!offered) throw new Error('This host offers no operation that verifies the chain.');
    const result = await post(`/operations/${offered.name}`, {});
    renew(verdict, result.intact
      ? notice('ok', 'check', h('strong', {}, 'The chain is whole. '), `${plural(result.records, 'record')} checked.`, (result.chains ?? []).map((chain) => h('div', { class: 'stack-tight' }, h('span', { class: 'small muted' }, `${chain.chain}: ${plural(chain.records, 'record')}`), copyLine(chain.hash, 'Head hash'))))
      : notice('bad', 'alert', h('strong', {}, 'The chain is broken. '), result.problem ?? ''));
  }

  async function load() {
    const mine = ++turn;
    try {
      const page = await get(`/audit${query({ ...filter, limit: 50 })}`, { signal });
      if (mine !== turn) return;
      [items, cursor] = [page.items, page.nextCursor ?? null];
      paint();
    } catch (problem) {
      if (!signal.aborted && mine === turn) renew(body, failure(problem, load));
    }
  }

  async function more(event) {
    await busy(event.currentTarget, async () => {
      const page = await get(`/audit${query({ ...filter, limit: 50, cursor })}`, { signal });
      [items, cursor] = [[...items, ...page.items], page.nextCursor ?? null];
      paint();
    });
  }

  function paint() {
    if (items.length === 0) {
      renew(body, empty('scroll', 'No records', filter.caller || filter.operation || filter.subject ? 'Nothing fits this search.' : 'Nothing has been asked of this host yet.'));
      return;
    }
    renew(body, h('div', { class: 'table-scroll' }, h('table', { class: 'grid-table' },
      h('thead', {}, h('tr', {}, ['When', 'Kind', 'Caller', 'Operation', 'Subject', 'Outcome'].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, items.map(row)))), cursor && h('div', { class: 'list-foot' }, button('Load more', more, { focus: 'more' })));
  }

  await load();
}

function row(line) {
  const { record } = line;
  return h('tr', {},
    h('td', { class: 'nowrap small' }, moment(record.at)),
    h('td', {}, h('span', { class: `pill tone-${TONES[record.kind] ?? 'idle'}` }, sentence(record.kind))),
    h('td', { class: 'wrap' }, record.caller, h('span', { class: 'muted small' }, ` ${record.door}`)),
    h('td', {}, h('code', {}, record.operation), record.environment && h('span', { class: 'muted small' }, ` ${record.environment}`)),
    h('td', { class: 'wrap' }, record.subject?.startsWith('wf-') ? h('a', { href: `#/workflows/${encodeURIComponent(record.subject.split(':')[0])}` }, record.subject) : record.subject),
    h('td', { class: 'wrap' }, record.outcome, h('details', { class: 'small' }, h('summary', {}, `Record ${line.number}`),
      h('div', { class: 'stack-tight' }, jsonBlock({ chain: line.chain, number: line.number, inputDigest: record.inputDigest, detail: record.detail, previousHash: line.previousHash, hash: line.hash }, `Record ${line.number}`)))));
}
