import { h, renew } from '../dom.js';
import { get, operation, post, query } from '../api.js';
import { ask, bones, busy, button, card, empty, failure, notice, pageHead, save, textField, toast } from '../parts.js';
import { moment, plural, sentence } from '../words.js';

const TONES = { critical: 'bad', high: 'bad', medium: 'wait', low: 'idle', info: 'idle' };
const VIEWS = { violations: 'Violations', exceptions: 'Exceptions', rules: 'Rules', report: 'Report' };
const SEVERITIES = Object.keys(TONES);

export async function show({ outlet, query: search, signal, remember }) {
  const state = { view: VIEWS[search.get('view')] ? search.get('view') : 'violations', severity: search.get('severity') ?? '', rule: search.get('rule') ?? '', quarter: search.get('quarter') ?? 'current' };
  const body = h('div', { class: 'stack' });
  let turn = 0;
  const tabs = Object.entries(VIEWS).map(([name, label]) => h('button', { type: 'button', class: 'chip', 'aria-pressed': String(name === state.view), data: { view: name }, onclick: () => { state.view = name; load(); } }, label));
  renew(outlet, pageHead('Policy record', 'What was found, what was agreed on, which rules look, and how a quarter stands.'),
    h('div', { class: 'stack' }, h('div', { class: 'chips', role: 'group', 'aria-label': 'View' }, tabs), body));

  async function load() {
    const mine = ++turn;
    for (const tab of tabs) tab.setAttribute('aria-pressed', String(tab.dataset.view === state.view));
    remember({ view: state.view, severity: state.severity, rule: state.rule, quarter: state.view === 'report' ? state.quarter : '' });
    renew(body, h('div', { class: 'card' }, bones()));
    try {
      const content = await { violations, exceptions, rules, report }[state.view]();
      if (mine === turn) renew(body, content);
    } catch (problem) {
      if (!signal.aborted && mine === turn) renew(body, h('div', { class: 'card' }, failure(problem, load)));
    }
  }

  const choice = (label, value, values, change) => h('label', { class: 'row small' }, label, h('select', { class: 'input', onchange: (event) => { change(event.target.value); load(); } }, values.map(([name, text]) => h('option', { value: name, selected: name === value }, text))));
  const pill = (severity) => h('span', { class: `pill tone-${TONES[severity] ?? 'idle'}` }, sentence(severity ?? 'info'));
  const table = (heads, rows) => h('div', { class: 'table-scroll' }, h('table', { class: 'grid-table' }, h('thead', {}, h('tr', {}, heads.map((name) => h('th', { scope: 'col' }, name)))), h('tbody', {}, rows)));

  async function violations() {
    const page = (cursor) => get(`/policy/violations${query({ severity: state.severity, rule: state.rule, days: 90, limit: 50, cursor })}`, { signal });
    let { items, nextCursor } = await page();
    const holder = h('div', {});
    const filters = h('div', { class: 'row', role: 'search' },
      choice('Severity', state.severity, [['', 'All'], ...SEVERITIES.map((name) => [name, sentence(name)])], (value) => { state.severity = value; }),
      state.rule && button(`Rule ${state.rule}`, () => { state.rule = ''; load(); }, { kind: 'small', mark: 'cross', 'aria-label': `Show every rule, not only ${state.rule}` }));
    const paint = () => renew(holder, items.length === 0
      ? h('div', { class: 'card' }, empty('check', 'No violations', state.severity || state.rule ? 'Nothing of the last 90 days fits this choice.' : 'No validation of the last 90 days found any. Where nothing was validated, nothing is claimed.'))
      : card('Violations of the last 90 days', [table(['When', 'Severity', 'Rule', 'What', 'Where'], items.map((line) => h('tr', {},
        h('td', { class: 'nowrap small' }, moment(line.at)),
        h('td', {}, pill(line.violation.severity)),
        h('td', { class: 'wrap mono' }, line.violation.rule),
        h('td', { class: 'wrap' }, h('div', {}, line.violation.message), h('div', { class: 'small muted' }, line.violation.fix), why(line.validationId)),
        h('td', { class: 'wrap small' }, [line.subject, line.environment].filter(Boolean).join(' · '), h('div', { class: 'mono' }, [line.violation.file ?? line.violation.resource, line.violation.line && `line ${line.violation.line}`].filter(Boolean).join(', ')))))),
      nextCursor && h('div', { class: 'list-foot' }, button('Load more', more, { focus: 'more' }))], { flush: true }));
    const more = (event) => busy(event.currentTarget, async () => {
      const next = await page(nextCursor);
      [items, nextCursor] = [[...items, ...next.items], next.nextCursor];
      paint();
    });
    paint();
    return [filters, holder];
  }

  // The record answers why, in its own words, when it is asked.
  function why(id) {
    const answer = h('div', { class: 'small wrap' });
    return h('details', { class: 'small', ontoggle: async (event) => {
      if (!event.currentTarget.open || answer.childNodes.length > 0) return;
      renew(answer, 'Loading…');
      try {
        renew(answer, h('pre', { class: 'json', tabindex: 0 }, (await get(`/policy/validations/${encodeURIComponent(id)}`, { signal })).answer));
      } catch (problem) {
        if (!signal.aborted) renew(answer, problem.message);
      }
    } }, h('summary', {}, 'Why'), answer);
  }

  async function exceptions() {
    const { items } = await get('/policy/exceptions?expired=true', { signal });
    const now = Date.now();
    const grant = button('Grant an exception', async () => { if (await newException()) load(); }, { mark: 'plus', focus: 'grant' });
    return [h('div', { class: 'row' }, grant), items.length === 0
      ? h('div', { class: 'card' }, empty('hand', 'No exceptions', 'Every rule holds everywhere.'))
      : card(plural(items.length, 'exception'), table(['Rule', 'Scope', 'Why', 'Owner', 'Ends'], items.map((item) => h('tr', {},
        h('td', { class: 'wrap mono' }, item.rule), h('td', { class: 'wrap mono' }, item.scope, item.environment && h('div', { class: 'small muted' }, item.environment)),
        h('td', { class: 'wrap' }, item.reason), h('td', { class: 'wrap' }, item.owner, h('div', { class: 'small muted' }, `approved by ${item.approver}`)),
        h('td', { class: 'nowrap' }, moment(item.expiresAt), Date.parse(item.expiresAt) <= now && h('div', {}, h('span', { class: 'pill tone-bad' }, 'Expired')))))), { flush: true })];
  }

  function newException() {
    const fields = { rule: textField('Rule', { required: true, hint: 'Our id, or another tool\'s such as CKV_AWS_20.' }), scope: textField('Scope', { required: true, hint: 'A resource address or file; * stands for anything.' }), owner: textField('Owner', { required: true }), reason: textField('Reason', { required: true, rows: 3 }), expiresAt: textField('Ends', { required: true, value: new Date(Date.now() + 30 * 864e5).toISOString().slice(0, 10), hint: 'A day, year-month-day.' }) };
    return ask({ title: 'Grant an exception', confirm: 'Grant', body: Object.values(fields).map((field) => field.element), act: async () => {
      const values = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value]));
      const granted = await post('/policy/exceptions', { ...values, expiresAt: /^\d{4}-\d\d-\d\d$/.test(values.expiresAt) ? `${values.expiresAt}T00:00:00Z` : values.expiresAt });
      toast('ok', `${granted.rule} is excepted for ${granted.scope}`);
      return granted;
    } });
  }

  async function rules() {
    const { items, notLoaded } = await get('/policy/rules', { signal });
    const words = h('input', { class: 'input', type: 'search', placeholder: 'Id, alias or word', 'aria-label': 'Search rules', oninput: () => paint() });
    const holder = h('div', {});
    const paint = () => {
      const wanted = words.value.trim().toLowerCase();
      const found = items.filter((rule) => !wanted || [rule.id, rule.type, rule.failsWhen, ...rule.aliases].some((text) => text.toLowerCase().includes(wanted)));
      renew(holder, found.length === 0 ? h('div', { class: 'card' }, empty('search', 'No such rule', 'Nothing fits this search.'))
        : card(plural(found.length, 'rule'), table(['Rule', 'Severity', 'Fails when', 'Same as'], found.map((rule) => h('tr', {},
          h('td', { class: 'wrap' }, h('strong', { class: 'mono' }, rule.id), h('div', { class: 'small muted' }, [rule.type, rule.category, rule.source !== 'built-in' && rule.source].filter(Boolean).join(' · ')), rule.disabled && h('span', { class: 'pill tone-wait' }, 'Switched off')),
          h('td', {}, pill(rule.severity)), h('td', { class: 'wrap' }, h('div', {}, rule.failsWhen), h('div', { class: 'small muted' }, rule.fix), rule.frameworks.length > 0 && h('div', { class: 'small muted' }, rule.frameworks.join(' · '))),
          h('td', { class: 'wrap mono small' }, rule.aliases.join(', '))))), { flush: true }));
    };
    paint();
    return [notLoaded.length > 0 && notice('bad', 'alert', h('strong', {}, 'Packs that could not be loaded. '), h('ul', {}, notLoaded.map((gap) => h('li', {}, `${gap.what}: ${gap.why}`)))), h('div', { class: 'row', role: 'search' }, words), holder];
  }

  async function report() {
    const quarters = [['current', 'Last 90 days'], ...lastQuarters(new Date(), 6).map((name) => [name, name])];
    const found = await get(`/policy/reports/${encodeURIComponent(state.quarter)}`, { signal });
    const load90 = (format, name, type) => button(name, (event) => busy(event.currentTarget, async () => {
      const file = await get(`/policy/reports/${encodeURIComponent(state.quarter)}?format=${format}`, { signal });
      save(format === 'html' ? file.content : JSON.stringify(file, null, 2), `compliance-${state.quarter}.${format}`, type);
    }), { kind: 'small', mark: 'download' });
    const percent = (rate) => rate === null || rate === undefined ? 'no validations' : `${rate.toFixed(1)} %`;
    return [h('div', { class: 'row' }, choice('Period', state.quarter, quarters, (value) => { state.quarter = value; }), load90('html', 'HTML', 'text/html'), load90('json', 'JSON', 'application/json'), load90('sarif', 'SARIF', 'application/json')),
      found.validations === 0
        ? notice('wait', 'info', h('strong', {}, 'There were no validations in this period, '), 'so nothing is claimed about it.')
        : notice(found.blocked > 0 ? 'wait' : 'ok', 'info', h('strong', {}, `${plural(found.validations, 'validation')}: `), `${found.valid} without open violations, ${found.blocked} blocked. The period before: ${found.previousValid} of ${found.previousValidations}.`),
      card('Frameworks', table(['Framework', 'Passed', 'Rate', 'Period before', 'Open controls'], found.frameworks.map((rate) => h('tr', {}, h('td', {}, rate.framework), h('td', { class: 'nowrap' }, `${rate.passed} of ${rate.validations}`), h('td', { class: 'nowrap' }, percent(rate.rate)), h('td', { class: 'nowrap' }, percent(rate.previousRate)), h('td', { class: 'wrap small' }, rate.openControls.join(', '))))), { flush: true }),
      found.rules.length > 0 && card('Rules', table(['Rule', 'Severity', 'Open', 'Waived'], found.rules.slice(0, 100).map((rule) => h('tr', {}, h('td', { class: 'wrap mono' }, rule.rule), h('td', {}, pill(rule.severity)), h('td', {}, String(rule.open)), h('td', {}, String(rule.waived))))), { flush: true }),
      found.notChecked.length > 0 && h('details', {}, h('summary', {}, `${plural(found.notChecked.length, 'thing')} not checked`), h('ul', {}, found.notChecked.map((gap) => h('li', { class: 'wrap' }, `${gap.what}: ${gap.why}`)))),
      h('p', { class: 'small muted wrap' }, 'Evidence ', h('code', {}, found.evidence), found.anchor && [`, record ${found.anchor.number} of the audit chain ${found.anchor.chain}.`]),
      found.kept && h('p', { class: 'small muted wrap' }, `The report made when the quarter had ended (${found.kept.at.slice(0, 10)}) is kept as artifact `, h('code', {}, found.kept.artifact), '.')];
  }

  const offered = await operation('list_violations').catch(() => undefined);
  if (!offered) renew(body, h('div', { class: 'card' }, empty('info', 'This agent is not on this host', 'The policy agent does not run here.')));
  else await load();
}

function lastQuarters(now, count) {
  const first = now.getUTCFullYear() * 4 + Math.floor(now.getUTCMonth() / 3);
  return Array.from({ length: count }, (_, back) => `${Math.floor((first - back) / 4)}-Q${((first - back) % 4) + 1}`);
}
