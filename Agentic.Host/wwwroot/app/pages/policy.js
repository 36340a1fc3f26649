import { h, renew, announce } from '../dom.js';
import { fitting, operation, post } from '../api.js';
import { base64, sourceInput } from '../source-input.js';
import { codeView, language } from '../code.js';
import { bones, busy, button, card, copyButton, empty, faultNotice, notice, pageHead, save } from '../parts.js';
import { plural, sentence } from '../words.js';

const TYPES = ['terraform', 'terraform_plan', 'kubernetes', 'cloudformation', 'dockerfile', 'workflow', 'dependencies', 'files'];
const ENDS = { terraform: 'main.tf', terraform_plan: 'plan.json', kubernetes: 'k.yaml', cloudformation: 't.yaml', dockerfile: 'Dockerfile', workflow: 'ci.yml' };
const TONES = { critical: 'bad', high: 'bad', medium: 'wait', low: 'idle', info: 'idle' };
const RANK = Object.keys(TONES);

const NAMES = [
  [/\.tf$|\.tf\.json$/, 'terraform'], [/(^|\.)dockerfile(\.|$)/i, 'dockerfile'], [/\.zip$/i, 'files'],
  [/^(requirements.*\.txt|package(-lock)?\.json|go\.(mod|sum)|pom\.xml|yarn\.lock|poetry\.lock)$/, 'dependencies'],
];
const LOOKS = [
  [/"(planned_values|resource_changes)"\s*:/, 'terraform_plan'], [/AWSTemplateFormatVersion|"?Type"?\s*:\s*"?AWS::/, 'cloudformation'],
  [/^\s*"?apiVersion"?\s*:/m, 'kubernetes'], [/^(on|"on"|jobs|stages)\s*:/m, 'workflow'],
  [/^\s*(resource|module|variable|provider|terraform|locals|data)\b[^\n]*\{/m, 'terraform'], [/^\s*FROM\s+\S/im, 'dockerfile'],
];

/** What a person most likely pasted; undefined where nothing tells. */
const kindOf = (text, name) => (NAMES.find(([pattern]) => name && pattern.test(name)) ?? LOOKS.find(([pattern]) => pattern.test(text.slice(0, 20_000))))?.[1];

export async function show({ outlet, signal }) {
  const offered = await operation('validate_policy').catch(() => undefined);
  const types = offered?.request?.properties?.type?.enum ?? TYPES;
  const environments = ['', 'dev', 'staging', 'production'];
  let chose = false;
  const source = sourceInput('What to check', { placeholder: 'resource "aws_s3_bucket" "logs" {\n  acl = "public-read"\n}', changed: (text, name) => { if (!chose) type.value = kindOf(text, name) ?? type.value; } });
  const type = h('select', { class: 'input', id: 'policy-type', onchange: () => { chose = true; } }, types.map((name) => h('option', { value: name }, sentence(name))));
  type.value = 'terraform';
  const environment = h('select', { class: 'input', id: 'policy-environment' }, environments.map((name) => h('option', { value: name }, name || 'Not set')));
  const result = h('div', { class: 'stack', 'aria-live': 'polite' });
  const check = button('Check', () => {
    if (source.isEmpty()) {
      renew(result, notice('wait', 'info', 'Paste something to check, or choose a file.'));
      source.control.focus();
      return;
    }
    renew(result, h('div', { class: 'card' }, bones(4)));
    busy(check, async () => {
      const body = await fitting('validate_policy', { type: type.value, content: base64(source.bytes()), environment: environment.value, fixes: true });
      paint(await post('/policy/validate', body, { signal }));
    }, (problem) => renew(result, absent(problem, 'policy')));
  }, { kind: 'primary', mark: 'check' });
  renew(outlet, pageHead('Policy check', 'What the gate would say about a file, before it stands in a workflow\'s way.'),
    h('div', { class: 'stack' }, h('div', { class: 'card card-body stack' }, source.element,
      h('div', { class: 'form-grid' }, h('div', { class: 'field' }, h('label', { for: 'policy-type' }, 'Kind'), type), h('div', { class: 'field' }, h('label', { for: 'policy-environment' }, 'Environment ', h('span', { class: 'optional' }, '(decides how strict)')), environment)),
      h('div', { class: 'row' }, check)), result));

  function paint(answer) {
    const found = (answer.violations ?? []).toSorted((a, b) => RANK.indexOf(a.severity) - RANK.indexOf(b.severity));
    // Known limits (no advisory database, an engine nobody asked for) are listed apart from what should have been checked and was not.
    const gaps = answer.checked?.notChecked ?? [];
    const undecided = gaps.filter((item) => item.isUndecided);
    const [limits, unchecked] = [true, false].map((isLimit) => gaps.filter((item) => (item.isLimit === true) === isLimit && !item.isUndecided));
    const counts = RANK.map((name) => [name, found.filter((item) => item.severity === name).length]).filter(([, count]) => count > 0);
    let severity = '';
    const rows = h('tbody', {});
    const code = source.text() && codeView(source.text(), language(ENDS[type.value] ?? source.name()), { label: 'Checked text', marks: new Map(found.filter((item) => item.line).map((item) => [item.line, item.severity])) });
    const chips = ['', ...counts.map(([name]) => name)].map((name) => h('button', { type: 'button', class: 'chip', 'aria-pressed': String(name === severity), onclick: (event) => {
      severity = name;
      for (const chip of chips) chip.setAttribute('aria-pressed', String(chip === event.currentTarget));
      fill();
    } }, name ? `${sentence(name)} ${counts.find(([other]) => other === name)[1]}` : `All ${found.length}`));

    function fill() {
      renew(rows, found.filter((item) => !severity || item.severity === severity).map((item) => h('tr', {},
        h('td', {}, h('span', { class: `pill tone-${TONES[item.severity] ?? 'idle'}` }, sentence(item.severity ?? 'info'))),
        h('td', { class: 'wrap' }, h('strong', { class: 'mono' }, item.rule), item.aliases?.length > 0 && h('div', { class: 'small muted' }, item.aliases.join(', '))),
        h('td', { class: 'wrap' }, h('div', {}, item.message), item.fix && h('div', { class: 'small muted' }, item.fix), item.frameworks?.length > 0 && h('div', { class: 'small muted' }, item.frameworks.join(' · ')),
          item.patch?.diff && h('details', { class: 'small' }, h('summary', {}, 'A change that cures it'), h('pre', { class: 'json', tabindex: 0 }, item.patch.diff), copyButton(item.patch.diff, 'Change'))),
        h('td', { class: 'wrap' }, item.resource && h('div', { class: 'mono' }, item.resource), h('div', {}, place(item))))));
    }

    function place(item) {
      const words = [item.file, item.line && `line ${item.line}`].filter(Boolean).join(', ');
      return item.line && code ? button(words, () => { code.show(item.line, item.endLine ?? item.line); code.scrollIntoView({ block: 'center' }); }, { kind: 'small quiet' }) : words;
    }

    fill();
    const tone = answer.valid ? (unchecked.length ? 'wait' : 'ok') : 'bad';
    renew(result,
      notice(tone, answer.valid ? 'check' : 'alert', h('strong', {}, answer.valid ? 'It passes. ' : `${plural(found.length, 'finding')}. `), answer.decision && `${answer.decision} `, `Mode ${answer.mode ?? 'advisory'}; ${plural(answer.checked?.rules ?? 0, 'rule')} by ${(answer.checked?.engines ?? []).map((engine) => engine.name ?? engine).join(', ') || 'the built-in engine'}.`),
      unchecked.length > 0 && notice('wait', 'info', h('strong', {}, 'Not checked. '), h('ul', {}, unchecked.map((item) => h('li', {}, typeof item === 'string' ? item : `${item.what}: ${item.why}`)))),
      undecided.length > 0 && h('details', { open: undecided.length <= 5 }, h('summary', {}, `${plural(undecided.length, 'resource')} with rules that could not be decided`), h('ul', {}, undecided.map((item) => h('li', { class: 'wrap' }, h('span', { class: 'mono' }, item.what), `: ${item.why}`)))),
      limits.length > 0 && h('details', {}, h('summary', {}, `${plural(limits.length, 'known limit')} of this check`), h('ul', {}, limits.map((item) => h('li', { class: 'wrap' }, `${item.what}: ${item.why}`)))),
      answer.waived?.length > 0 && h('details', {}, h('summary', {}, `${plural(answer.waived.length, 'finding')} waived`), h('ul', { class: 'stack-tight' }, answer.waived.map((item) => h('li', { class: 'wrap' }, h('code', {}, item.violation?.rule), ` ${item.kind}: ${item.reason}`)))),
      found.length > 0 && card('Findings', h('div', { class: 'table-scroll' }, h('table', { class: 'grid-table' }, h('thead', {}, h('tr', {}, ['Severity', 'Rule', 'What and how to fix it', 'Where'].map((name) => h('th', { scope: 'col' }, name)))), rows)),
        { flush: true, label: h('div', { class: 'chips', role: 'group', 'aria-label': 'Severity' }, chips), tools: button('Download JSON', () => save(JSON.stringify(answer, null, 2), 'findings.json', 'application/json'), { kind: 'small', mark: 'download' }) }),
      code && card('Text', code, { flush: true }));
    announce(answer.valid ? 'It passes' : plural(found.length, 'finding'));
  }
}

/** A host need not run every agent. */
export function absent(problem, agent) {
  return problem.status === 404
    ? h('div', { class: 'card' }, empty('info', 'This agent is not on this host', `The ${agent} agent does not run here. Ask whoever runs this host, or use one that has it.`))
    : faultNotice(problem);
}
