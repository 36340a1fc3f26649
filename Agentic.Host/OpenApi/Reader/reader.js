// Shows /openapi/v1.json: one section per agent, one entry per path and verb, with search. Text is only ever set as text.
const VERBS = ['get', 'post', 'put', 'patch', 'delete'];
const main = document.getElementById('main');
const contents = document.getElementById('contents');
const search = document.getElementById('search');
const count = document.getElementById('count');

function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function theme() {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  let kept = null;
  try { kept = localStorage.getItem('agentic.docs.theme'); } catch { /* Storage may be off; the system's choice stands. */ }
  root.dataset.theme = kept ?? (dark ? 'dark' : 'light');
  document.getElementById('theme').addEventListener('click', () => {
    root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    try { localStorage.setItem('agentic.docs.theme', root.dataset.theme); } catch { /* As above. */ }
  });
}

function resolve(document, node) {
  for (let hops = 0; node?.$ref && hops < 10; hops += 1) {
    node = node.$ref.slice(2).split('/').reduce((at, part) => at?.[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')], document);
  }
  return node ?? {};
}

function type(document, schema) {
  const found = resolve(document, schema);
  if (found.enum) return found.enum.map((value) => JSON.stringify(value)).join(' | ');
  const types = [found.type ?? 'any'].flat().filter((one) => one !== 'null');
  const name = types.map((one) => one === 'array' ? `list of ${type(document, found.items ?? {})}` : one).join(' or ');
  const limits = [found.pattern, found.minimum !== undefined && `≥ ${found.minimum}`, found.maximum !== undefined && `≤ ${found.maximum}`, found.maxLength && `at most ${found.maxLength} characters`].filter(Boolean);
  return limits.length ? `${name} (${limits.join(', ')})` : name;
}

function row(document, name, schema, isRequired, place, description) {
  const found = resolve(document, schema);
  return h('tr', {},
    h('td', {}, h('code', {}, name), isRequired ? h('div', { class: 'required' }, 'required') : null, place ? h('div', { class: 'soft' }, place) : null),
    h('td', {}, type(document, schema), found.default !== undefined && found.default !== null ? h('div', { class: 'soft' }, `default ${JSON.stringify(found.default)}`) : null),
    h('td', {}, description ?? found.description ?? ''));
}

function table(rows) {
  return h('table', {}, h('thead', {}, h('tr', {}, ['Name', 'Type', 'Meaning'].map((name) => h('th', { scope: 'col' }, name)))), h('tbody', {}, rows));
}

function members(document, schema, depth = 0, prefix = '') {
  const found = resolve(document, schema);
  return Object.entries(found.properties ?? {}).flatMap(([name, member]) => {
    const inner = resolve(document, member);
    const deeper = inner.properties ? inner : resolve(document, inner.items);
    return [
      row(document, prefix + name, member, found.required?.includes(name)),
      ...(depth < 2 && deeper.properties ? members(document, deeper, depth + 1, `${prefix}${name}${inner.items ? '[].' : '.'}`) : []),
    ];
  });
}

function details(document, path, verb, operation) {
  const body = h('div', { class: 'body' }, (operation.description ?? '').split('\n\n').map((text) => h('p', {}, text.replaceAll('`', ''))));
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter));
  if (parameters.length) body.append(h('h4', {}, 'Parameters'), table(parameters.map((one) => row(document, one.name, one.schema, one.required, one.in, one.description))));
  const media = operation.requestBody?.content?.['application/json'];
  if (media) {
    const rows = members(document, media.schema);
    if (rows.length) body.append(h('h4', {}, 'Body'), table(rows));
    const example = media.examples?.example?.value;
    if (example !== undefined) body.append(h('h4', {}, 'Example'), h('pre', { tabindex: 0 }, curl(path, verb, example)));
  }
  body.append(h('h4', {}, 'Answers'), table(Object.entries(operation.responses).map(([status, answer]) => {
    const found = resolve(document, answer);
    return h('tr', {}, h('td', {}, h('code', {}, status)), h('td', {}, Object.keys(found.content ?? {}).join(', ')), h('td', {}, found.description ?? ''));
  })));
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
  const rows = members(document, resolve(document, success).content?.['application/json']?.schema ?? {});
  if (rows.length) body.append(h('h4', {}, 'Result'), table(rows));
  return body;
}

function curl(path, verb, example) {
  return `curl -X ${verb.toUpperCase()} ${location.origin}${path} \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(example, null, 2).replaceAll("'", "'\\''")}'`;
}

function entry(document, path, verb, operation) {
  const id = operation.operationId;
  const fold = h('details', {}, h('summary', {}, h('span', { class: `verb ${verb}` }, verb), h('code', {}, path), h('span', { class: 'title' }, operation.summary ?? id)));
  // Built when it is opened: hundreds of tables at once would make a phone wait.
  fold.addEventListener('toggle', () => { if (fold.open && fold.children.length === 1) fold.append(details(document, path, verb, operation)); });
  const element = h('article', { id }, fold);
  return { element, fold, id, tag: operation.tags?.[0] ?? 'other', isByName: path.startsWith('/operations/'), text: `${path} ${id} ${operation.summary} ${operation.description}`.toLowerCase(), link: h('a', { href: `#${id}` }, operation.summary ?? id) };
}

function show(document) {
  const all = Object.entries(document.paths).flatMap(([path, item]) => VERBS.filter((verb) => item[verb]).map((verb) => entry(document, path, verb, item[verb])));
  // An operation with a route of its own need not be listed by name as well.
  const routed = new Set(all.filter((one) => !one.isByName).map((one) => one.id));
  const entries = all.filter((one) => !one.isByName || !routed.has(one.id.replace(/_by_name$/, '')));
  const tags = [...new Set(entries.map((one) => one.tag))].sort();
  main.replaceChildren(
    h('h1', {}, `${document.info.title} API`, ' ', h('span', { class: 'soft' }, document.info.version)),
    h('p', {}, document.info.description),
    h('p', {}, 'Every operation can also be called as ', h('code', {}, 'POST /operations/{name}'), '. The description itself: ', h('a', { href: '/openapi/v1.json' }, '/openapi/v1.json'), '.'));
  contents.replaceChildren();
  for (const tag of tags) {
    const mine = entries.filter((one) => one.tag === tag);
    const heading = h('h2', { 'data-tag': tag }, tag);
    const side = h('h2', { 'data-tag': tag }, tag);
    main.append(heading, ...mine.map((one) => one.element));
    contents.append(side, ...mine.map((one) => one.link));
  }
  search.addEventListener('input', () => filter(entries));
  addEventListener('hashchange', () => open(entries));
  filter(entries);
  open(entries);
}

function filter(entries) {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = new Set();
  for (const one of entries) {
    const fits = words.every((word) => one.text.includes(word));
    one.element.hidden = one.link.hidden = !fits;
    if (fits) shown.add(one.tag);
  }
  for (const heading of document.querySelectorAll('[data-tag]')) heading.hidden = !shown.has(heading.dataset.tag);
  count.textContent = words.length ? `${entries.filter((one) => !one.element.hidden).length} operations fit` : '';
}

function open(entries) {
  const wanted = entries.find((one) => one.id === decodeURIComponent(location.hash.slice(1)));
  if (!wanted) return;
  wanted.fold.open = true;
  wanted.element.scrollIntoView();
}

theme();
try {
  const response = await fetch('/openapi/v1.json');
  if (!response.ok) throw new Error(`The host answered ${response.status}.`);
  show(await response.json());
} catch (problem) {
  main.replaceChildren(h('p', { role: 'alert' }, `The description cannot be read: ${problem.message} Reload to try again.`));
}
