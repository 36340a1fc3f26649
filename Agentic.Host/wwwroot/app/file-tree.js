// Files as folders that open and close; choosing one is the caller's business.
import { h } from './dom.js';
import { icon } from './icons.js';

/** @param tail what stands behind a file's name; @returns the nav element, with `mark(path)` for the one that is shown. */
export function fileTree(files, { isOpen, choose, tail, scroll }) {
  const element = h('nav', { class: 'tree', 'aria-label': 'Files', data: scroll ? { scroll } : {} }, branch(treeOf(files)));
  element.mark = (path) => {
    for (const item of element.querySelectorAll('[data-path]')) item.setAttribute('aria-current', String(item.dataset.path === path));
  };
  return element;

  function branch(node) {
    return h('ul', {},
      [...node.folders].sort(([a], [b]) => a.localeCompare(b)).map(([name, inner]) => h('li', {}, h('details', { open: isOpen }, h('summary', {}, icon('chevron', 14), name), branch(inner)))),
      node.files.sort((a, b) => a.name.localeCompare(b.name)).map((file) => h('li', {}, h('button', {
        type: 'button', data: { path: file.path, focus: `file-${file.path}` }, onclick: () => choose(file),
      }, icon('file', 14), h('span', { class: 'ellipsis' }, file.name), h('span', {}, tail(file))))));
  }
}

function treeOf(files) {
  const root = { folders: new Map(), files: [] };
  for (const file of files) {
    const parts = file.path.split('/');
    const name = parts.pop();
    let at = root;
    for (const part of parts) {
      if (!at.folders.has(part)) at.folders.set(part, { folders: new Map(), files: [] });
      at = at.folders.get(part);
    }
    at.files.push({ ...file, name });
  }
  return root;
}
