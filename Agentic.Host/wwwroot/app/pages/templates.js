import { h, renew } from '../dom.js';
import { icon } from '../icons.js';
import { get, operations } from '../api.js';
import { planGraph } from '../graph.js';
import { card, empty, notice, pageHead } from '../parts.js';
import { plural, sentence } from '../words.js';

export async function show({ outlet, signal }) {
  const { items = [], broken = [] } = await get('/templates', { signal });
  const agents = new Map((await operations().catch(() => [])).map((item) => [item.name, item.agent]));
  const holder = h('div', { class: 'stack' });
  renew(outlet, pageHead('Templates', 'Plans that are ready to use. A run keeps the version it started with.'), holder);
  if (items.length === 0) {
    renew(holder, h('div', { class: 'card' }, empty('layers', 'No templates', 'Plan templates are YAML files in the host\'s template folder.')));
    return;
  }
  const graphs = [];
  renew(holder, broken.length > 0 && notice('bad', 'alert', h('strong', {}, `${plural(broken.length, 'template file')} cannot be used. `), h('ul', {}, broken.map((file) => h('li', {}, h('code', {}, file.source), ' ', file.problem)))), items.map((item) => {
    const graph = item.tasks?.length ? planGraph(item.tasks.map((task, index) => ({ ...task, id: task.id ?? `t${index + 1}`, agent: task.agent ?? agents.get(task.operation) ?? '' })), `Tasks of ${item.name}`) : null;
    if (graph) graphs.push(graph);
    const members = Object.entries(item.parameters?.properties ?? {});
    const required = new Set(item.parameters?.required ?? []);
    return card(sentence(item.name), [
      h('div', { class: 'card-body stack' }, h('p', {}, item.summary),
        h('p', { class: 'small muted' }, h('code', {}, item.name), item.version && ` · version ${item.version}`, item.tasks && ` · ${plural(item.tasks.length, 'step')}`),
        members.length > 0 && h('details', {}, h('summary', {}, plural(members.length, 'parameter')), h('dl', { class: 'facts' }, members.map(([name, schema]) => [
          h('dt', {}, h('code', {}, name), required.has(name) && ' *'),
          h('dd', {}, schema.description, schema.enum && h('span', { class: 'muted' }, ` One of ${schema.enum.filter((value) => value !== null).join(', ')}.`), schema.default !== undefined && schema.default !== null && h('span', { class: 'muted' }, ` Default ${JSON.stringify(schema.default)}.`))])))),
      graph?.element,
    ], { flush: true, tools: h('a', { class: 'button small primary', href: `#/new/template?template=${encodeURIComponent(item.name)}` }, icon('plus'), 'Use it') });
  }));
  for (const graph of graphs) graph.show();
}
