// What a task made: its files as a tree, one of them open, and the ways to take it away.
import { announce, h, renew } from './dom.js';
import { icon } from './icons.js';
import { getText } from './api.js';
import { codeView, language } from './code.js';
import { fileTree } from './file-tree.js';
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
  const tree = fileTree(files, { isOpen: files.length <= 80, choose: (file) => choose(file), tail: (file) => size(file.size), scroll: `tree-${taskId}` });
  let turn = 0;

  async function choose(file, line) {
    const mine = ++turn;
    tree.mark(file.path);
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
  ], { flush: true, tools: [result.serviceName && repository && h('a', { class: 'button small quiet', href: `#/services/${encodeURIComponent(result.serviceName)}` }, 'Update or publish'), isKept && h('a', { class: 'button small', href: base, download: `${taskId}.zip` }, icon('download'), 'Download zip')] });
}

// A host may give a path of its own; a person clones from where this page came from.
const cloneUrl = (url) => url.startsWith('/') && !url.startsWith('//') && url.includes('.git') && url.startsWith('/git') ? new URL(url, location.origin).href : url;

const isBinary = (text) => text.slice(0, 4000).includes('\u0000');
