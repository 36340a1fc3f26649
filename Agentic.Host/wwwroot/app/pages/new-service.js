import { announce, h, renew } from '../dom.js';
import { get, intent, operations, post, Problem } from '../api.js';
import { schemaForm } from '../schema-form.js';
import { planGraph } from '../graph.js';
import { generationInput, showPreview } from '../preview.js';
import { busy, button, card, empty, faultNotice, jsonBlock, pageHead, textField, toast } from '../parts.js';
import { plural, sentence } from '../words.js';

const WAYS = [['template', 'Template'], ['goal', 'Describe it'], ['operation', 'Operation']];

export async function show({ outlet, parts, query, title }) {
  const way = WAYS.some(([name]) => name === parts[0]) ? parts[0] : 'template';
  const side = h('div', { class: 'stack stuck' }, planHint());
  const form = h('div', { class: 'stack' });
  const keyFor = intent();
  title('New service');
  renew(outlet, pageHead('New service', 'The plan is shown before anything starts.'),
    h('div', { class: 'stack' },
      h('nav', { class: 'tabs', 'aria-label': 'How to ask' }, WAYS.map(([name, label]) => h('a', { href: `#/new/${name}`, 'aria-current': name === way ? 'true' : null }, label))),
      h('div', { class: 'two' }, form, side)));

  /** `body()` gives what to post; `refused(problem)` returns true when the form has shown it. */
  function actions({ body, check, refused, files, start = 'Start' }) {
    const fault = h('div', {});
    const fail = (problem) => {
      if (refused(problem)) renew(fault, h('p', { class: 'muted small', role: 'status' }, problem.message));
      else renew(fault, faultNotice(problem));
    };
    const preview = button('Preview plan', () => {
      renew(fault);
      if (check() > 0) return;
      busy(preview, async () => {
        const plan = await post('/workflows?dryRun=true', body());
        showPlan(side, plan);
      }, fail);
    }, { mark: 'layers' });
    const look = files && button('Preview files', () => {
      renew(fault);
      if (check() > 0) return;
      busy(look, async () => showPreview(side, await post('/generate/preview', files())), fail);
    }, { mark: 'file' });
    const go = button(start, () => {
      renew(fault);
      if (check() > 0) return;
      busy(go, async () => {
        const wanted = body();
        const made = await post('/workflows', wanted, { key: keyFor(wanted) });
        location.hash = `#/workflows/${encodeURIComponent(made.workflowId)}`;
      }, fail);
    }, { kind: 'primary', mark: 'play' });
    return h('div', { class: 'stack-tight' }, fault, h('div', { class: 'row' }, go, preview, look));
  }

  if (way === 'template') await fromTemplate(form, query, actions);
  else if (way === 'goal') await fromGoal(form, actions);
  else await fromOperation(form, side, query, actions, keyFor);
}

async function fromTemplate(form, query, actions) {
  // The shortest plan for a service comes first, so that nobody deploys by not choosing.
  const rank = (item) => 'serviceName' in (item.parameters?.properties ?? {}) ? 0 : 1;
  const templates = ((await get('/templates')).items ?? []).toSorted((a, b) => rank(a) - rank(b) || (a.tasks?.length ?? 0) - (b.tasks?.length ?? 0));
  if (templates.length === 0) {
    renew(form, h('div', { class: 'card' }, empty('layers', 'No templates', 'Plan templates are YAML files in the host\'s template folder.', h('a', { class: 'button', href: '#/new/goal' }, 'Describe it instead'))));
    return;
  }
  const wanted = query.get('template');
  let template = templates.find((item) => item.name === wanted) ?? templates[0];
  const holder = h('div', {});
  const requested = textField('Requested by', { hint: 'Left empty, it is you. The audit always names the caller.' });

  function choose(item) {
    template = item;
    const fields = schemaForm(item.parameters);
    renew(holder, card(`${sentence(item.name)}`, h('div', { class: 'stack' }, item.summary && h('p', { class: 'muted' }, item.summary), fields.element,
      h('details', {}, h('summary', {}, 'More'), requested.element),
      actions({
        body: () => ({ template: item.name, parameters: fields.value(), ...(requested.value ? { requestedBy: requested.value } : {}) }),
        check: fields.check, refused: (problem) => problem.errors.length > 0 && fields.setErrors(problem.errors) > 0,
        files: generationInput(item.tasks, item.parameters, {}) && (() => generationInput(item.tasks, item.parameters, fields.value())),
      }))));
  }

  const group = h('fieldset', { class: 'field' }, h('legend', { class: templates.length > 1 ? '' : 'visually-hidden' }, 'Template'), templates.length > 1 && h('div', { class: 'choices' }, templates.map((item) => h('label', { class: 'choice' },
    h('input', { type: 'radio', name: 'template', value: item.name, checked: item === template, onchange: () => choose(item) }),
    h('strong', {}, sentence(item.name)), h('span', { class: 'muted small' }, item.summary),
    h('span', { class: 'small muted' }, [item.version && `Version ${item.version}`, item.tasks && plural(item.tasks.length, 'step')].filter(Boolean).join(' · '))))));
  renew(form, group, holder);
  choose(template);
}

async function fromGoal(form, actions) {
  const goal = textField('What do you need?', { rows: 4, required: true, hint: 'For example: Create a new microservice called user-service with REST API, PostgreSQL, and deploy to staging.' });
  const asked = h('div', {});
  let more = null;
  let names = [];

  async function askFor(missing) {
    const templates = (await get('/templates').catch(() => ({ items: [] }))).items ?? [];
    const known = Object.assign({}, ...templates.map((item) => item.parameters?.properties ?? {}).reverse());
    const previous = more?.value() ?? {};
    names = [...new Set([...Object.keys(previous), ...missing])];
    const schema = { type: 'object', required: names, properties: Object.fromEntries(names.map((name) => [name, { type: 'string', ...known[name], default: undefined }])) };
    more = schemaForm(schema, { initial: previous });
    renew(asked, h('div', { class: 'group-box' }, h('h3', {}, missing.length === 1 ? 'One thing is missing' : 'A few things are missing'), more.element));
    asked.querySelector('input, select, textarea')?.focus();
    announce(`Missing: ${missing.map(sentence).join(', ')}`);
  }

  renew(form, card('Describe it', h('div', { class: 'stack' }, goal.element, asked, actions({
    body: () => ({ goal: goal.value, ...(more ? { parameters: more.value() } : {}) }),
    check: () => {
      if (!goal.value) {
        goal.control.setAttribute('aria-invalid', 'true');
        goal.control.focus();
        toast('bad', 'Say in a sentence what you need.');
        return 1;
      }
      goal.control.removeAttribute('aria-invalid');
      return more ? more.check() : 0;
    },
    refused: (problem) => {
      if (problem.missing.length > 0) {
        askFor(problem.missing);
        return true;
      }
      return Boolean(more) && problem.errors.length > 0 && more.setErrors(problem.errors) > 0;
    },
  }))));
}

async function fromOperation(form, side, query, actions, keyFor) {
  const all = (await operations()).filter((item) => !/^(chat|create_workflow)$/.test(item.name));
  const agents = [...new Set(all.map((item) => item.agent))];
  const holder = h('div', {});
  const select = h('select', { class: 'input', id: 'operation', onchange: () => choose(all.find((item) => item.name === select.value)) },
    agents.map((agent) => h('optgroup', { label: sentence(agent) }, all.filter((item) => item.agent === agent).map((item) => h('option', { value: item.name }, sentence(item.name))))));

  function choose(item) {
    const fields = schemaForm(item.request ?? {});
    const isDurable = item.mode === 'durable';
    const refused = (problem) => problem.errors.length > 0 && fields.setErrors(problem.errors) > 0;
    const fault = h('div', {});
    const call = button(item.effect === 'reads' ? 'Ask' : 'Run', () => {
      renew(fault);
      if (fields.check() > 0) return;
      busy(call, async () => {
        const input = fields.value();
        const answer = await post(`/operations/${item.name}`, input, item.effect === 'reads' ? {} : { key: keyFor(input) });
        if (isDurable && answer?.workflowId) location.hash = `#/workflows/${encodeURIComponent(answer.workflowId)}`;
        else renew(side, card('Answer', jsonBlock(answer, 'Answer')));
      }, (problem) => renew(fault, refused(problem) ? h('p', { class: 'muted small', role: 'status' }, problem.message) : faultNotice(problem)));
    }, { kind: item.effect === 'destroys' ? 'danger' : 'primary', mark: 'play' });
    const example = item.example && button('Fill in the example', () => {
      const filled = schemaForm(item.request ?? {}, { initial: item.example });
      fields.element.replaceWith(filled.element);
      Object.assign(fields, filled);
    }, { kind: 'quiet' });
    renew(holder, card(sentence(item.name), h('div', { class: 'stack' }, h('p', { class: 'muted' }, item.summary),
      h('div', { class: 'row small' }, h('span', { class: 'tag' }, item.agent), h('span', { class: 'tag' }, sentence(item.effect)), h('span', { class: 'tag' }, isDurable ? 'Runs as a workflow' : 'Answers at once'), item.scope && h('span', { class: 'tag' }, `Scope ${item.scope}`)),
      fields.element,
      isDurable
        ? h('div', { class: 'stack-tight' }, actions({ body: () => ({ tasks: [{ id: item.name.replaceAll('_', '-'), operation: item.name, input: fields.value() }] }), check: () => fields.check(), refused, files: item.name === 'generate_service' ? () => fields.value() : undefined }), h('div', { class: 'row' }, example))
        : h('div', { class: 'stack-tight' }, fault, h('div', { class: 'row' }, call, example)))));
  }

  renew(form, h('div', { class: 'field' }, h('label', { for: 'operation' }, 'Operation'), select), holder);
  const first = all.find((item) => item.name === query.get('operation')) ?? all.find((item) => item.name === 'generate_service') ?? all[0];
  if (!first) throw new Problem(404, { detail: 'This host offers no operations to you.' });
  select.value = first.name;
  choose(first);
}

function planHint() {
  return h('div', { class: 'card' }, empty('layers', 'No plan yet', 'Preview the plan to see every step, who does it and what waits for what. Nothing is started by looking.'));
}

function showPlan(side, plan) {
  const tasks = plan.tasks ?? [];
  const graph = planGraph(tasks, 'Planned tasks');
  const origin = { template: 'from a template', rules: 'by rules', model: 'by a model', tasks: 'as given', operation: 'one operation' }[plan.plan] ?? plan.plan;
  renew(side, card('Plan', [graph.element, h('ol', { class: 'rows' }, tasks.map((task) => h('li', { class: 'card-body stack-tight' },
    h('div', { class: 'row-between' }, h('strong', {}, task.taskId ?? task.id), h('span', { class: 'muted small' }, task.estimatedDuration && `about ${task.estimatedDuration}`)),
    h('span', { class: 'small muted wrap' }, `${task.agent} · ${sentence(task.operation).toLowerCase()}`, task.dependsOn?.length > 0 && ` · after ${task.dependsOn.join(', ')}`))))],
  { flush: true, tools: graph.tools, label: h('span', { class: 'muted small' }, `${plural(tasks.length, 'step')}, planned ${origin}`) }));
  graph.show();
  announce(`Plan with ${plural(tasks.length, 'step')}. Nothing has started.`);
  side.scrollIntoView({ block: 'nearest' });
}

