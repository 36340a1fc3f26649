// A form from a JSON schema. The host validates; the hints here only save a round trip.
import { h, renew, uid } from './dom.js';
import { icon } from './icons.js';
import { sentence } from './words.js';

/** @returns `{ element, value(), check(), setErrors(errors) }` for an object schema. */
export function schemaForm(schema, { initial = {}, only } = {}) {
  const root = schema ?? {};
  const group = objectFields(root, root, initial, '', only);
  const summary = h('div', { role: 'alert' });
  const fields = () => group.all();

  function setErrors(errors) {
    for (const field of fields()) field.fault('');
    const left = [];
    for (const error of errors) {
      const path = error.member.replace(/^\$\.?/, '').replace(/^(parameters|params|input)\./, '').replace(/^tasks\[\d+\]\.input\./, '');
      const field = find(fields(), path);
      if (field) field.fault(error.message);
      else left.push(error);
    }
    const marked = fields().filter((field) => field.isFaulty());
    renew(summary, left.length > 0 && h('div', { class: 'notice tone-bad' }, icon('alert', 18), h('ul', {}, left.map((error) => h('li', {}, error.member && h('code', {}, error.member), error.member && ' ', error.message)))));
    marked[0]?.focus();
    return marked.length;
  }

  return {
    element: h('div', { class: 'stack' }, summary, group.element),
    value: () => group.value() ?? {},
    check: () => setErrors(fields().flatMap((field) => field.check().map((message) => ({ member: field.path, message })))),
    setErrors,
  };
}

// The longest known path that the error's path starts with: an error inside a free JSON value belongs to its box.
function find(fields, path) {
  const plain = path.toLowerCase().replaceAll('_', '');
  const same = (field) => field.path.toLowerCase();
  return fields.find((field) => same(field) === plain)
    ?? fields.filter((field) => plain.startsWith(`${same(field)}.`) || plain.startsWith(`${same(field)}[`)).sort((a, b) => b.path.length - a.path.length)[0];
}

function resolve(schema, root) {
  let node = schema ?? {};
  if (typeof node === 'boolean') return {};
  if (typeof node.$ref === 'string' && node.$ref.startsWith('#')) {
    const target = node.$ref.slice(1).split('/').filter(Boolean).reduce((at, part) => at?.[decodeURIComponent(part)], root);
    node = { ...target, ...node, $ref: undefined };
  }
  const choices = node.anyOf ?? node.oneOf;
  const real = choices?.filter((choice) => choice.type !== 'null');
  return real?.length === 1 ? { ...resolve(real[0], root), ...node, anyOf: undefined, oneOf: undefined } : node;
}

const kind = (schema) => [schema.type].flat().find((type) => type && type !== 'null') ?? (schema.properties ? 'object' : schema.items ? 'array' : schema.enum ? 'string' : undefined);

function objectFields(schema, root, initial, path, only) {
  const names = Object.keys(schema.properties ?? {}).filter((name) => !only || only.includes(name));
  const required = new Set(schema.required ?? []);
  const parts = names.map((name) => {
    const inner = resolve(schema.properties[name], root);
    return { name, field: field(inner, root, { name, path: path ? `${path}.${name}` : name, isRequired: required.has(name) || Boolean(only), initial: initial?.[name] }) };
  });
  return {
    element: h('div', { class: 'form-grid' }, parts.map((part) => part.field.element)),
    all: () => parts.flatMap((part) => part.field.all()),
    value: () => {
      const members = parts.map((part) => [part.name, part.field.value()]).filter(([, value]) => value !== undefined);
      return members.length ? Object.fromEntries(members) : undefined;
    },
  };
}

function field(schema, root, where) {
  const type = kind(schema);
  if (type === 'object' && schema.properties && Object.keys(schema.properties).length > 0 && where.path.split('.').length < 4) return group(schema, root, where);
  const values = (schema.enum ?? (schema.const !== undefined ? [schema.const] : null))?.filter((value) => value !== null);
  if (values) return choice(schema, where, values);
  if (type === 'boolean') return flag(schema, where);
  const items = resolve(schema.items, root);
  if (type === 'array' && items.enum) return several(schema, where, items.enum);
  if (type === 'array' && ['string', 'integer', 'number'].includes(kind(items))) return lines(schema, where, kind(items));
  if (type === 'array' || type === 'object' || type === undefined) return raw(schema, where);
  return text(schema, where, type);
}

function group(schema, root, where) {
  const inner = objectFields(schema, root, where.initial ?? schema.default, where.path);
  return {
    element: h('fieldset', { class: 'group-box field' }, h('legend', {}, caption(schema, where)), schema.description && h('span', { class: 'hint' }, schema.description), inner.element),
    all: inner.all, value: inner.value,
  };
}

const caption = (schema, where) => [schema.title ?? sentence(where.name), !where.isRequired && h('span', { class: 'optional' }, ' (optional)')];

let isPressed = false;
addEventListener('pointerdown', () => { isPressed = true; }, true);
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => { isPressed = false; }, true);

function afterPress(action) {
  if (isPressed) addEventListener('pointerup', () => setTimeout(action, 50), { once: true, capture: true });
  else action();
}

/** The parts every field shares: hint, fault, and how a value that is missing is told. */
function frame(where, schema, { control, element, read, check = () => [], label, isWide = false, target = control }) {
  const id = control.id;
  const fault = h('span', { class: 'fault', id: `${id}-fault`, hidden: true });
  const describe = () => {
    const ids = [schema.description || extra(schema) ? `${id}-hint` : null, fault.hidden ? null : `${id}-fault`].filter(Boolean).join(' ');
    if (ids) target.setAttribute('aria-describedby', ids);
    else target.removeAttribute('aria-describedby');
  };
  const hint = [schema.description, extra(schema)].filter(Boolean).join(' ');
  const box = h('div', { class: `field ${isWide ? 'wide' : ''}`, data: { member: where.path } }, label ?? h('label', { for: id }, caption(schema, where)), element, hint && h('span', { class: 'hint', id: `${id}-hint` }, hint), fault);
  const own = {
    path: where.path, element: box, value: read, all: () => [own],
    isFaulty: () => !fault.hidden,
    focus: () => (control.matches('fieldset') ? control.querySelector('input') : control).focus(),
    fault: (message) => {
      fault.hidden = !message;
      renew(fault, message && icon('alert', 14), message && h('span', {}, message));
      if (message) target.setAttribute('aria-invalid', 'true');
      else target.removeAttribute('aria-invalid');
      describe();
    },
    check: () => {
      const value = read();
      if (value === undefined) return where.isRequired ? [`${sentence(where.name)} is needed.`] : [];
      return check(value);
    },
  };
  // A page that moves between press and release swallows the click that left the field: a fault goes while the value is put right, and comes after the release.
  target.addEventListener('input', () => { if (own.isFaulty() && own.check().length === 0) own.fault(''); });
  target.addEventListener('change', () => afterPress(() => { if (own.value() !== undefined && own.check().length > 0) own.fault(own.check()[0]); }));
  if (where.isRequired) target.setAttribute('aria-required', 'true');
  describe();
  return own;
}

// Limits worth knowing before typing; how a pattern reads is said when it is not met.
function extra(schema) {
  return schema.minimum !== undefined && schema.maximum !== undefined ? `From ${schema.minimum} to ${schema.maximum}.` : '';
}

function text(schema, where, type) {
  const isNumber = type === 'integer' || type === 'number';
  const isSecret = schema.writeOnly === true || schema.format === 'password';
  const isLong = !isNumber && !isSecret && ((schema.maxLength ?? 0) > 400 || /content|message|logs|goal|body|script|config$/i.test(where.name));
  const id = uid('field');
  const start = where.initial ?? schema.default;
  const sample = schema.examples?.[0];
  const control = h(isLong ? 'textarea' : 'input', {
    id, class: `input ${isLong ? 'code' : ''}`, name: where.path, type: isLong ? null : isSecret ? 'password' : isNumber ? 'number' : 'text', autocomplete: 'off', spellcheck: 'false',
    step: type === 'number' ? 'any' : null, rows: isLong ? 6 : null, placeholder: sample !== undefined ? `e.g. ${sample}` : null, value: start === undefined || start === null ? '' : String(start),
  });
  const read = () => {
    const value = isLong ? control.value : control.value.trim();
    if (value === '') return undefined;
    return isNumber && Number.isFinite(Number(value)) ? Number(value) : value;
  };
  return frame(where, schema, { control, element: control, read, isWide: isLong, check: (value) => textFaults(schema, where, type, value) });
}

function textFaults(schema, where, type, value) {
  const name = sentence(where.name);
  if (type === 'integer' && !Number.isInteger(value)) return [`${name} must be a whole number.`];
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return [`${name} must be at least ${schema.minimum}.`];
    if (schema.maximum !== undefined && value > schema.maximum) return [`${name} must be at most ${schema.maximum}.`];
    return [];
  }
  if (schema.minLength !== undefined && value.length < schema.minLength) return [`${name} needs at least ${schema.minLength} characters.`];
  if (schema.maxLength !== undefined && value.length > schema.maxLength) return [`${name} may have at most ${schema.maxLength} characters.`];
  if (schema.pattern) {
    try {
      if (!new RegExp(schema.pattern, 'u').test(value)) return [meaning(schema['x-pattern-meaning'], name) ?? `${name} must match ${schema.pattern}.`];
    } catch {
      // A pattern of another dialect is left to the host.
    }
  }
  return [];
}

// `must be lower case` is said of the field it belongs to.
const meaning = (text, name) => text?.replace(/^must\b/, `${name} must`);

const word = (value) => typeof value === 'string' ? (/^[a-z0-9_-]+$/.test(value) && value.includes('_') ? sentence(value) : value) : String(value);

function choice(schema, where, values) {
  const start = where.initial ?? schema.default ?? (where.isRequired && values.length === 1 ? values[0] : undefined);
  const isShort = values.length <= 4 && values.map(word).join('').length <= 34;
  const id = uid('field');
  if (!isShort || !where.isRequired && start === undefined) {
    const control = h('select', { id, class: 'input', name: where.path },
      (start === undefined || !where.isRequired) && h('option', { value: '' }, where.isRequired ? 'Choose…' : 'Not set'), values.map((value, index) => h('option', { value: String(index), selected: value === start }, word(value))));
    return frame(where, schema, { control, element: control, read: () => control.value === '' ? undefined : values[Number(control.value)] });
  }
  const control = h('div', { id, class: 'segments', role: 'radiogroup', 'aria-labelledby': `${id}-label` }, values.map((value, index) => h('label', {},
    h('input', { type: 'radio', name: `${id}-${where.path}`, value: String(index), checked: value === start }), h('span', {}, word(value)))));
  const own = frame(where, schema, {
    control, element: control, label: h('span', { class: 'label', id: `${id}-label` }, caption(schema, where)),
    read: () => { const checked = control.querySelector(':checked'); return checked ? values[Number(checked.value)] : undefined; },
  });
  return { ...own, all: () => [{ ...own, focus: () => (control.querySelector(':checked') ?? control.querySelector('input')).focus() }] };
}

function flag(schema, where) {
  const id = uid('field');
  const control = h('input', { type: 'checkbox', id, name: where.path, checked: (where.initial ?? schema.default) === true });
  const wasUnset = where.initial === undefined && schema.default === undefined;
  return frame({ ...where, isRequired: false }, schema, {
    control, element: h('div', { class: 'check' }, control, h('label', { for: id }, schema.title ?? sentence(where.name))), label: h('span', { hidden: true }),
    read: () => control.checked ? true : wasUnset && !where.isRequired ? undefined : false,
  });
}

function several(schema, where, values) {
  const id = uid('field');
  const start = new Set(where.initial ?? schema.default ?? []);
  const control = h('div', { id, class: 'stack-tight', role: 'group', 'aria-labelledby': `${id}-label` }, values.map((value, index) => h('div', { class: 'check' },
    h('input', { type: 'checkbox', id: `${id}-${index}`, value: String(index), checked: start.has(value) }), h('label', { for: `${id}-${index}` }, word(value)))));
  return frame(where, schema, {
    control, element: control, label: h('span', { class: 'label', id: `${id}-label` }, caption(schema, where)),
    read: () => { const all = [...control.querySelectorAll(':checked')].map((box) => values[Number(box.value)]); return all.length || where.isRequired ? all : undefined; },
  });
}

function lines(schema, where, type) {
  const control = h('textarea', { id: uid('field'), class: 'input', rows: 3, spellcheck: 'false', name: where.path, value: (where.initial ?? schema.default ?? []).join('\n') });
  const read = () => {
    const all = control.value.split('\n').map((line) => line.trim()).filter(Boolean);
    return all.length ? (type === 'string' ? all : all.map(Number)) : undefined;
  };
  return frame(where, { ...schema, description: `${schema.description ?? ''} One per line.`.trim() }, { control, element: control, read });
}

function raw(schema, where) {
  const start = where.initial ?? schema.default;
  const control = h('textarea', { id: uid('field'), class: 'input code', rows: 5, spellcheck: 'false', name: where.path, value: start === undefined || start === null ? '' : JSON.stringify(start, null, 2) });
  const parse = () => { try { return JSON.parse(control.value); } catch { return control.value; } };
  return frame(where, { ...schema, description: `${schema.description ?? ''} As JSON.`.trim() }, {
    control, element: control, isWide: true, read: () => control.value.trim() === '' ? undefined : parse(),
    check: (value) => typeof value === 'string' && kind(schema) !== undefined ? ['This is not valid JSON.'] : [],
  });
}
