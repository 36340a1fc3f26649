import { announce, h, renew } from '../dom.js';
import { fitting, operation, post } from '../api.js';
import { sourceInput } from '../source-input.js';
import { codeView } from '../code.js';
import { ask, bones, busy, button, card, copyButton, jsonBlock, notice, pageHead, save, textField } from '../parts.js';
import { plural, sentence } from '../words.js';
import { absent } from './policy.js';

const TONES = { converted: 'ok', approximated: 'wait', manual: 'bad', dropped: 'idle' };
const ROWS_AT_ONCE = 300;

export async function show({ outlet, signal }) {
  const source = sourceInput('Jenkinsfile', { placeholder: 'pipeline {\n  agent any\n  stages {\n    stage(\'Build\') { steps { sh \'make\' } }\n  }\n}' });
  const name = textField('Project name', { required: true, value: 'my-project' });
  const repository = textField('Repository', { hint: 'For example https://github.com/example/my-project.' });
  const result = h('div', { class: 'stack' });
  const go = button('Migrate', () => {
    if (source.isEmpty()) {
      renew(result, notice('wait', 'info', 'Paste a Jenkinsfile, or choose one.'));
      source.control.focus();
      return;
    }
    const given = { text: source.text(), project: name.value || 'my-project', repository: repository.value };
    renew(result, h('div', { class: 'card' }, bones(6)));
    announce('Migrating');
    busy(go, async () => {
      const body = await fitting('migrate_jenkinsfile', { jenkinsfileContent: given.text, projectName: given.project, repositoryUrl: given.repository });
      const answer = await post('/migration/migrate', body, { signal });
      const proposes = await operation('propose_migration').catch(() => undefined);
      paint(result, given, answer, Boolean(proposes));
    }, (problem) => refused(result, given, problem));
  }, { kind: 'primary', mark: 'swap' });
  renew(outlet, pageHead('Migrate', 'A Jenkins pipeline as a GitHub Actions workflow, with every line accounted for. It is read, never run.'),
    h('div', { class: 'stack' }, h('div', { class: 'card card-body stack' }, source.element, h('div', { class: 'form-grid' }, name.element, repository.element), h('div', { class: 'row' }, go)), result));
}

// A file that Jenkins itself would not run: the problems, and the lines they are in.
function refused(result, given, problem) {
  const lines = new Map();
  for (const error of problem.errors ?? []) {
    const line = Number(/^line (\d+)/.exec(error.message)?.[1]);
    if (line) lines.set(line, 'manual');
  }
  const code = lines.size > 0 && codeView(given.text, 'groovy', { label: 'Jenkinsfile', marks: lines });
  renew(result, absent(problem, 'migration'), code && card('Source', code, { flush: true }));
  if (code) code.show([...lines.keys()][0]);
}

function paint(result, given, answer, proposes) {
  const workflow = answer.githubWorkflow ?? '';
  const report = answer.migrationReport ?? {};
  const ledger = (report.ledger ?? []).map(entryOf).sort((a, b) => a.line - b.line);
  const narrowest = (line) => ledger.filter((entry) => entry.line <= line && line <= entry.endLine).sort((a, b) => (a.endLine - a.line) - (b.endLine - b.line))[0];
  const marks = new Map(ledger.filter((entry) => ['manual', 'dropped'].includes(entry.outcome)).map((entry) => [entry.line, entry.outcome]));
  const left = codeView(given.text, 'groovy', { label: 'Jenkinsfile', marks, onLine: (line) => jump(narrowest(line), line) });
  const right = codeView(workflow, 'yaml', { label: 'Workflow', onLine: (line) => jump(ledger.filter((entry) => entry.to && entry.to <= line).sort((a, b) => b.to - a.to)[0], 0, line) });
  const list = h('ol', { class: 'ledger' });
  const kinds = Object.keys(TONES).filter((kind) => ledger.some((entry) => entry.outcome === kind));
  let shown = '';
  const chips = ['', ...kinds].map((kind) => h('button', { type: 'button', class: 'chip', 'aria-pressed': String(kind === shown), onclick: () => filter(kind) },
    kind ? `${sentence(kind)} ${ledger.filter((entry) => entry.outcome === kind).length}` : `All ${ledger.length}`));

  function filter(kind) {
    shown = kind;
    chips.forEach((chip, index) => chip.setAttribute('aria-pressed', String(['', ...kinds][index] === kind)));
    fill();
  }

  function fill(most = ROWS_AT_ONCE) {
    const rows = ledger.filter((entry) => !shown || entry.outcome === shown);
    renew(list, rows.slice(0, most).map((entry) => h('li', {}, h('button', { type: 'button', data: { entry: entry.index }, onclick: () => jump(entry) },
      h('span', {}, h('span', { class: `pill tone-${TONES[entry.outcome] ?? 'idle'}` }, sentence(entry.outcome))),
      h('span', { class: 'small muted number' }, `${entry.line}${entry.to ? ` → ${entry.to}` : ''}`),
      h('span', { class: 'wrap' }, entry.what && h('code', {}, entry.what), entry.what && entry.why && ' ', entry.why && h('span', { class: 'muted' }, entry.why))))),
      rows.length > most && h('li', {}, h('button', { type: 'button', onclick: () => fill(rows.length) }, `Show the other ${rows.length - most}`)));
  }

  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
    const next = step && event.target.closest('li')?.[step]?.querySelector('button');
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  function jump(entry, line, workflowLine) {
    if (!entry) {
      announce('Nothing belongs to this line');
      return;
    }
    left.show(line || entry.line, line || entry.endLine);
    if (entry.to) right.show(workflowLine || entry.to);
    for (const item of list.querySelectorAll('button')) item.setAttribute('aria-current', String(Number(item.dataset.entry) === entry.index));
    const row = list.querySelector('[aria-current="true"]');
    if (row) list.scrollTop = row.offsetTop - list.offsetTop - list.clientHeight / 3;
    announce(`Line ${entry.line}, ${entry.outcome}${entry.to ? `, workflow line ${entry.to}` : ', nothing in the workflow'}${entry.why ? `: ${entry.why}` : ''}`);
  }

  fill();
  const rate = report.conversionRate;
  const tasks = (report.manualTasks ?? []).map((task) => task.replace(/^\[ \] /, ''));
  const warnings = (answer.warnings ?? []).filter((warning) => !tasks.includes(warning));
  const proposed = h('div', {});
  const tools = [
    copyButton(workflow, 'Workflow'),
    button('Download', () => save(workflow, `${fileName(given.project)}.yml`, 'text/yaml'), { kind: 'small quiet', mark: 'download' }),
    proposes && workflow && button('Open pull request', () => propose(given, proposed), { kind: 'small', mark: 'swap', 'aria-haspopup': 'dialog' }),
  ];
  renew(result,
    !answer.success && notice('bad', 'alert', h('strong', {}, 'Not all of it could be read. '), 'What is below is what could.'),
    h('div', { class: 'figures' }, rate !== undefined && figure(`${Math.round(rate <= 1 ? rate * 100 : rate)} %`, 'conversion rate'),
      ledger.length > 0 && Object.keys(TONES).map((kind) => figure(ledger.filter((entry) => entry.outcome === kind).length, kind))),
    proposed,
    warnings.length > 0 && notice('wait', 'alert', h('strong', {}, plural(warnings.length, 'warning')), folded(warnings)),
    h('div', { class: 'side-by-side' }, card('Source', left, { flush: true }), card('Workflow', right, { flush: true, tools })),
    Object.entries(answer.actions ?? {}).map(([path, text]) => card(path, codeView(text, 'yaml', { label: path }), {
      flush: true, tools: [copyButton(text, path), button('Download', () => save(text, 'action.yml', 'text/yaml'), { kind: 'small quiet', mark: 'download' })],
    })),
    ledger.length > 0 && card('Ledger', list, { flush: true, label: h('div', { class: 'chips', role: 'group', 'aria-label': 'Ledger filter' }, chips) }),
    tasks.length > 0 && card('For a person to do', h('ul', { class: 'stack-tight' }, tasks.map((task, index) => h('li', { class: 'check' }, h('input', { type: 'checkbox', id: `todo-${index}` }), h('label', { for: `todo-${index}`, class: 'wrap' }, task))))),
    needed(report),
    h('details', {}, h('summary', {}, 'The whole report'), jsonBlock(report, 'Migration report')));
  announce(`Migrated, ${plural(tasks.length, 'task')} for a person`);
}

async function propose(given, proposed) {
  const repository = textField('Repository', { required: true, value: ownerAndName(given.repository), hint: 'owner/name on GitHub; made, private, where it does not exist.' });
  const branch = textField('Branch', { hint: `migrate/${fileName(given.project)} where left empty.` });
  const connection = textField('Connection', { hint: 'Name of a GitHub connection of this host; the usual one where left empty.' });
  const answer = await ask({
    title: 'Open a pull request',
    body: h('div', { class: 'stack' }, h('p', {}, 'The workflow is committed to a branch and proposed with the migration report as its text. Doing it again changes nothing.'), repository.element, branch.element, connection.element),
    confirm: 'Open pull request',
    act: async () => post('/operations/propose_migration', await fitting('propose_migration', {
      jenkinsfileContent: given.text, projectName: given.project, repository: repository.value, branch: branch.value, githubConnection: connection.value, createPullRequest: true,
    }), { timeout: 120000 }),
  });
  if (!answer?.delivered) return;
  const { pullRequest, repository: where, branch: on, commit, repositoryCreated } = answer.delivered;
  renew(proposed, notice('ok', 'check', h('strong', {}, 'Proposed. '), /^https?:\/\//.test(pullRequest ?? '') ? h('a', { href: pullRequest, target: '_blank', rel: 'noopener noreferrer' }, pullRequest) : pullRequest,
    h('p', { class: 'small' }, `${repositoryCreated ? 'The repository was made. ' : ''}Branch `, h('code', {}, on), ` of ${where}, commit `, h('code', {}, String(commit).slice(0, 12)))));
  announce('Pull request opened');
}

const figure = (count, text) => h('div', { class: 'figure' }, h('b', {}, count), h('span', { class: 'muted small' }, text));

// The first of many lines, and the rest on demand: nothing is left out in silence.
function folded(lines, most = 8) {
  const item = (line) => h('li', {}, line);
  return [h('ul', {}, lines.slice(0, most).map(item)), lines.length > most && h('details', { class: 'small' }, h('summary', {}, `${lines.length - most} more`), h('ul', {}, lines.slice(most).map(item)))];
}

const fileName = (project) => project.split('/').pop().toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'pipeline';

const ownerAndName = (address) => /^(?:(?:https?|ssh|git):\/\/[^/]+\/|[^/@]+@[^/:]+:)?([A-Za-z0-9-]+\/[A-Za-z0-9_.-]+?)(?:\.git)?\/?$/.exec(address ?? '')?.[1] ?? '';

function entryOf(row, index) {
  return { index, outcome: row.status, line: row.line, endLine: row.endLine ?? row.line, to: row.workflowLine ?? null, what: row.source ?? '', why: row.note ?? '' };
}

// What has to exist in the repository before the workflow can run: names and kinds, never values.
function needed(report) {
  const groups = [['Secret', report.secrets], ['Variable', report.variables], ['Runner label', report.runnerLabels]].flatMap(([kind, members]) => Object.entries(members ?? {}).map(([name, text]) => ({ kind, name, text })));
  return groups.length > 0 && card('To set up in the repository', h('div', { class: 'table-scroll' }, h('table', { class: 'grid-table' }, h('thead', {}, h('tr', {}, ['Kind', 'Name', 'For'].map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, groups.map(({ kind, name, text }) => h('tr', {}, h('td', {}, kind), h('td', { class: 'wrap' }, h('code', {}, name)), h('td', { class: 'wrap' }, text)))))), { flush: true });
}
