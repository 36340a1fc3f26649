// What a service would be, before anything is made: its files, and how they differ from what is there.
import { announce, h, renew } from './dom.js';
import { codeView, language } from './code.js';
import { fileTree } from './file-tree.js';
import { card, copyButton, empty } from './parts.js';
import { plural, size } from './words.js';

/** The input a plan gives to generate_service for these parameters; null where it does not generate. */
export function generationInput(tasks, schema, values) {
  const task = (tasks ?? []).find((item) => item.operation === 'generate_service');
  if (!task?.input) return null;
  const standard = Object.fromEntries(Object.entries(schema?.properties ?? {}).map(([name, property]) => [name, property.default]));
  const known = { ...standard, ...values };
  const filled = (value) => {
    const whole = typeof value === 'string' && value.match(/^\$\{(?:parameters|params)\.(\w+)\}$/);
    return whole ? known[whole[1]] : typeof value === 'string' ? value.replace(/\$\{(?:parameters|params)\.(\w+)\}/g, (_, name) => known[name] ?? '') : value;
  };
  return Object.fromEntries(Object.entries(task.input).map(([name, value]) => [name, filled(value)]).filter(([, value]) => value !== undefined && value !== null));
}

const LETTERS = { added: 'new', changed: 'changed', same: '' };

export function showPreview(side, preview) {
  const compared = preview.comparedWith;
  const viewer = h('div', { class: 'viewer' });
  const tree = fileTree(preview.files, { isOpen: preview.files.length <= 80, choose, tail: (file) => compared ? LETTERS[file.change] ?? file.change : size(file.size) });
  const total = preview.files.reduce((sum, file) => sum + file.size, 0);

  function choose(file) {
    tree.mark(file.path);
    const tools = file.content && h('span', { class: 'row push' }, copyButton(file.content, 'File'));
    renew(viewer, h('div', { class: 'viewer-head' }, h('strong', { class: 'wrap mono' }, file.path), h('span', { class: 'muted small' }, `${size(file.size)} · ${file.part}`), tools),
      typeof file.content === 'string' ? codeView(file.content, language(file.path), { label: file.path }) : empty('file', file.path.split('/').pop(), 'Its text was left out for its length, or it is no text.'));
    announce(`${file.path} shown`);
  }

  const first = preview.files.find((file) => /^readme\.md$/i.test(file.path)) ?? preview.files[0];
  if (first) choose(first);
  const changed = preview.files.filter((file) => file.change !== 'same').length;
  renew(side, h('div', { class: 'stack' },
    card('Files', h('div', { class: 'files stacked' }, tree, viewer), { flush: true, label: h('span', { class: 'muted small' }, `${plural(preview.files.length, 'file')}, ${size(total)}; nothing is written`) }),
    compared && card('Differences', [
      h('p', { class: 'card-body small muted wrap' }, `Against ${compared}. `, changed === 0 ? 'No file differs.' : `${plural(changed, 'file')} differ${changed === 1 ? 's' : ''}.`,
        preview.removed.length > 0 && ` ${plural(preview.removed.length, 'file')} there ${preview.removed.length === 1 ? 'is' : 'are'} not made by the templates and stay${preview.removed.length === 1 ? 's' : ''}.`,
        !preview.isWhole && ' Some of it was left out for its length.'),
      preview.diff && diffView(preview.diff, 'Differences')], { flush: true, tools: preview.diff && copyButton(preview.diff, 'Differences') })));
  announce(`${plural(preview.files.length, 'file')} would be made. Nothing is written.`);
  side.scrollIntoView({ block: 'nearest' });
}

const SHOWN = 3000;

/** A unified diff with its additions and removals told apart by sign and colour. */
export function diffView(text, label) {
  const lines = text.replace(/\n$/, '').split('\n');
  const kind = (line) => /^(---|\+\+\+|Binary files) /.test(line) ? 'd-file' : line.startsWith('@@') ? 'd-place' : line.startsWith('+') ? 'd-new' : line.startsWith('-') ? 'd-old' : '';
  const holder = h('div', { class: 'code-lines' });
  const draw = (from, to) => holder.append(...lines.slice(from, to).map((line) => h('div', { class: `diff-line ${kind(line)}` }, line)));
  draw(0, SHOWN);
  const element = h('div', { class: 'code', tabindex: 0, role: 'region', 'aria-label': label }, holder);
  if (lines.length > SHOWN) {
    const rest = h('button', { type: 'button', class: 'button small', onclick: () => { rest.remove(); draw(SHOWN, lines.length); } }, `Show the other ${lines.length - SHOWN} lines`);
    element.append(rest);
  }
  return element;
}
