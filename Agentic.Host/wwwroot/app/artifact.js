// What a task made: its files as a tree, one of them open, and the ways to take it away.
import { announce, h, renew } from './dom.js';
import { icon } from './icons.js';
import { getText } from './api.js';
import { codeView, language } from './code.js';
import { bones, card, copyButton, copyLine, empty, failure } from './parts.js';
import { plural, size } from './words.js';

export function artifactId(artifact) {
  const uri = String(artifact.uri ?? '');
  const id = uri.match(/\/artifacts\/([^/?#]+)/)?.[1] ?? uri.match(/([^/:?#]+)\/?$/)?.[1];
  return id ?? artifact.sha256;
}

/** @returns an element with the files of `result.artifact` and the clone address of `result.repository`. */
export function artifactCard(taskId, result, { open, onOpen, signal }) {
  const { artifact, repository } = result;
  const base = `/artifacts/${encodeURIComponent(artifactId(artifact))}`;
  const files = artifact.files ?? [];
  const isKept = artifact.uri !== null;
  const viewer = h('div', { class: 'viewer' }, empty('file', 'Choose a file', `${plural(files.length, 'file')}, ${size(files.reduce((sum, file) => sum + (file.size ?? 0), 0))} in all.`));
  const tree = h('nav', { class: 'tree', 'aria-label': 'Files', data: { scroll: `tree-${taskId}` } }, branch(treeOf(files), files.length <= 80));
  let turn = 0;

  function branch(node, isOpen) {
    return h('ul', {},
      [...node.folders].sort(([a], [b]) => a.localeCompare(b)).map(([name, inner]) => h('li', {}, h('details', { open: isOpen }, h('summary', {}, icon('chevron', 14), name), branch(inner, isOpen)))),
      node.files.sort((a, b) => a.name.localeCompare(b.name)).map((file) => h('li', {}, h('button', {
        type: 'button', data: { path: file.path, focus: `file-${file.path}` }, onclick: () => choose(file),
      }, icon('file', 14), h('span', { class: 'ellipsis' }, file.name), h('span', {}, size(file.size))))));
  }

  async function choose(file, line) {
    const mine = ++turn;
    for (const item of tree.querySelectorAll('[data-path]')) item.setAttribute('aria-current', String(item.dataset.path === file.path));
    onOpen(file.path);
    if (!isKept) {
      renew(viewer, empty('file', file.name, `${size(file.size)}. A preview lists its files and keeps none.`));
      return;
    }
    const address = `${base}/files/${file.path.split('/').map(encodeURIComponent).join('/')}`;
    const head = (...tools) => h('div', { class: 'viewer-head' }, h('strong', { class: 'wrap mono' }, file.path),
      h('span', { class: 'muted small', title: file.sha256 ? `SHA-256 ${file.sha256}` : null }, size(file.size)),
      h('span', { class: 'row push' }, tools, h('a', { class: 'button small quiet', href: address, download: file.name }, icon('download'), 'Download')));
    renew(viewer, head(), bones(8));
    try {
      const { text } = await getText(address, { signal });
      if (mine !== turn) return;
      renew(viewer, head(!isBinary(text) && copyButton(text, 'File')), isBinary(text)
        ? empty('file', 'Not a text file', 'It can be downloaded.')
        : text === '' ? empty('file', 'This file is empty', null) : codeView(text, language(file.path), { label: file.path }));
      if (line) {
        viewer.scrollIntoView({ block: 'nearest' });
        viewer.querySelector('.code')?.show(line);
      }
      announce(`${file.path} opened`);
    } catch (problem) {
      if (mine === turn && !signal.aborted) renew(viewer, head(), failure(problem, () => choose(file)));
    }
  }

  document.addEventListener('open-file', ({ detail }) => {
    const file = files.find((item) => item.path === detail.path);
    if (file && viewer.isConnected) choose({ ...file, name: file.path.split('/').pop() }, detail.line);
  }, { signal });

  const first = files.find((file) => file.path === open) ?? files.find((file) => /^readme\.md$/i.test(file.path));
  if (first) choose({ ...first, name: first.path.split('/').pop() });
  return card(`Files from ${taskId}`, [
    h('div', { class: 'card-body stack-tight' },
      repository?.url && h('div', { class: 'stack-tight' }, h('span', { class: 'small muted' }, repository.commit ? `Clone the repository (commit ${repository.commit.slice(0, 10)})` : 'Clone the repository'), copyLine(`git clone ${cloneUrl(repository.url)}`, 'Clone command')),
      artifact.sha256 && h('span', { class: 'small muted wrap' }, 'SHA-256 ', h('code', {}, artifact.sha256))),
    h('div', { class: 'files' }, tree, viewer),
  ], { flush: true, tools: isKept && h('a', { class: 'button small', href: base, download: `${taskId}.zip` }, icon('download'), 'Download zip') });
}

// A host may give a path of its own; a person clones from where this page came from.
const cloneUrl = (url) => url.startsWith('/') && !url.startsWith('//') && url.includes('.git') && url.startsWith('/git') ? new URL(url, location.origin).href : url;

const isBinary = (text) => text.slice(0, 4000).includes('\u0000');

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
