import { announce, h, renew } from '../dom.js';
import { fitting, post } from '../api.js';
import { sourceInput } from '../source-input.js';
import { codeView } from '../code.js';
import { bones, busy, button, card, copyButton, jsonBlock, notice, pageHead, save, textField } from '../parts.js';
import { plural, sentence } from '../words.js';
import { absent } from './policy.js';

const TONES = { converted: 'ok', approximated: 'wait', manual: 'bad', dropped: 'idle' };

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
    renew(result, h('div', { class: 'card' }, bones(6)));
    busy(go, async () => {
      const body = await fitting('migrate_jenkinsfile', { jenkinsfileContent: source.text(), projectName: name.value || 'my-project', repositoryUrl: repository.value });
      paint(await post('/migration/migrate', body, { signal }));
    }, (problem) => renew(result, absent(problem, 'migration')));
  }, { kind: 'primary', mark: 'swap' });
  renew(outlet, pageHead('Migrate', 'A Jenkins pipeline as a GitHub Actions workflow, with every line accounted for. It is read, never run.'),
    h('div', { class: 'stack' }, h('div', { class: 'card card-body stack' }, source.element, h('div', { class: 'form-grid' }, name.element, repository.element), h('div', { class: 'row' }, go)), result));

  function paint(answer) {
    const text = source.text();
    const workflow = answer.githubWorkflow ?? '';
    const report = answer.migrationReport ?? {};
    const ledger = (report.ledger ?? []).map(entryOf).sort((a, b) => a.line - b.line);
    const left = codeView(text, 'groovy', { label: 'Jenkinsfile', marks: new Map(ledger.filter((entry) => ['manual', 'dropped'].includes(entry.outcome)).map((entry) => [entry.line, entry.outcome])), onLine: (line) => jump(ledger.filter((entry) => entry.line <= line && line <= entry.endLine).sort((a, b) => (a.endLine - a.line) - (b.endLine - b.line))[0]) });
    const right = codeView(workflow, 'yaml', { label: 'Workflow', onLine: (line) => jump(ledger.filter((entry) => entry.to && entry.to <= line).sort((a, b) => b.to - a.to)[0]) });
    const list = h('ol', { class: 'ledger' });
    const kinds = [...new Set(ledger.map((entry) => entry.outcome))];
    let shown = '';
    const chips = ['', ...kinds].map((kind) => h('button', { type: 'button', class: 'chip', 'aria-pressed': String(kind === shown), onclick: (event) => {
      shown = kind;
      for (const chip of chips) chip.setAttribute('aria-pressed', String(chip === event.currentTarget));
      fill();
    } }, kind ? `${sentence(kind)} ${ledger.filter((entry) => entry.outcome === kind).length}` : `All ${ledger.length}`));

    function fill() {
      renew(list, ledger.filter((entry) => !shown || entry.outcome === shown).map((entry) => h('li', {}, h('button', { type: 'button', data: { entry: entry.index }, onclick: () => jump(entry) },
        h('span', {}, h('span', { class: `pill tone-${TONES[entry.outcome] ?? 'idle'}` }, sentence(entry.outcome))),
        h('span', { class: 'small muted number' }, `${entry.line}${entry.to ? ` → ${entry.to}` : ''}`),
        h('span', { class: 'wrap' }, entry.what && h('code', {}, entry.what), entry.what && entry.why && ' ', entry.why && h('span', { class: 'muted' }, entry.why))))));
    }

    function jump(entry) {
      if (!entry) return;
      left.show(entry.line, entry.endLine);
      if (entry.to) right.show(entry.to);
      for (const item of list.querySelectorAll('button')) item.setAttribute('aria-current', String(Number(item.dataset.entry) === entry.index));
      list.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
      announce(`Line ${entry.line}, ${entry.outcome}${entry.to ? `, workflow line ${entry.to}` : ''}`);
    }

    fill();
    const counts = Object.entries(TONES).map(([kind]) => [kind, ledger.filter((entry) => entry.outcome === kind).length]);
    const rate = report.conversionRate;
    const tasks = (report.manualTasks ?? []).map((task) => task.replace(/^\[ \] /, ''));
    const warnings = (answer.warnings ?? []).filter((warning) => !tasks.includes(warning));
    renew(result,
      !answer.success && notice('bad', 'alert', h('strong', {}, 'Not all of it could be read. '), 'What is below is what could.'),
      h('div', { class: 'figures' }, rate !== undefined && h('div', { class: 'figure' }, h('b', {}, `${Math.round(rate <= 1 ? rate * 100 : rate)} %`), h('span', { class: 'muted small' }, 'conversion rate')),
        ledger.length > 0 && counts.map(([kind, count]) => h('div', { class: 'figure' }, h('b', {}, count), h('span', { class: 'muted small' }, kind)))),
      warnings.length > 0 && notice('wait', 'alert', h('strong', {}, plural(warnings.length, 'warning')), h('ul', {}, warnings.slice(0, 50).map((warning) => h('li', {}, warning)))),
      h('div', { class: 'side-by-side' }, card('Source', left, { flush: true }),
        card('Workflow', right, { flush: true, tools: [copyButton(workflow, 'Workflow'), button('Download', () => save(workflow, 'ci.yml', 'text/yaml'), { kind: 'small quiet', mark: 'download' })] })),
      ledger.length > 0 && card('Ledger', list, { flush: true, label: h('div', { class: 'chips', role: 'group', 'aria-label': 'Ledger filter' }, chips) }),
      tasks.length > 0 && card('For a person to do', h('ul', { class: 'stack-tight' }, tasks.map((task, index) => h('li', { class: 'check' }, h('input', { type: 'checkbox', id: `todo-${index}` }), h('label', { for: `todo-${index}` }, task))))),
      needed(report),
      h('details', {}, h('summary', {}, 'The whole report'), jsonBlock(report, 'Migration report')));
    announce('Migrated');
  }
}

function entryOf(row, index) {
  return { index, outcome: row.status, line: row.line, endLine: row.endLine ?? row.line, to: row.workflowLine ?? null, what: row.source ?? '', why: row.note ?? '' };
}

// What has to exist in the repository before the workflow can run: names and kinds, never values.
function needed(report) {
  const groups = [['Secret', report.secrets], ['Variable', report.variables], ['Runner label', report.runnerLabels]].flatMap(([kind, members]) => Object.entries(members ?? {}).map(([name, text]) => ({ kind, name, text })));
  return groups.length > 0 && card('To set up in the repository', h('div', { class: 'table-scroll' }, h('table', { class: 'grid-table' }, h('thead', {}, h('tr', {}, ['Kind', 'Name', 'For'].map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, groups.map(({ kind, name, text }) => h('tr', {}, h('td', {}, kind), h('td', { class: 'wrap' }, h('code', {}, name)), h('td', { class: 'wrap' }, text)))))), { flush: true });
}
