// Text that is pasted, chosen from disk or dropped; read in the browser and sent only when asked.
import { h, uid } from './dom.js';
import { button, toast } from './parts.js';

const LIMIT = 8 * 1024 * 1024;

/** @param changed called with the text and the file's name when either is another. @returns `{ element, text(), bytes(), name() }`; a file that is not text is kept as bytes. */
export function sourceInput(label, { hint, accept, placeholder, changed } = {}) {
  const id = uid('source');
  let [kept, name] = [null, ''];
  const control = h('textarea', { id, class: 'input code', rows: 14, spellcheck: 'false', placeholder, 'aria-describedby': `${id}-hint`, oninput: () => { kept = null; changed?.(control.value, name); } });
  const chosen = h('span', { class: 'small muted wrap' });
  const file = h('input', { type: 'file', accept, class: 'visually-hidden', tabindex: -1, 'aria-label': `${label}: choose a file`, onchange: () => take(file.files[0]) });

  async function take(one) {
    if (!one) return;
    if (one.size > LIMIT) {
      toast('bad', `${one.name} is larger than 8 MB.`);
      return;
    }
    const bytes = new Uint8Array(await one.arrayBuffer());
    name = one.name;
    chosen.textContent = one.name;
    try {
      control.value = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      kept = null;
    } catch {
      control.value = '';
      kept = bytes;
    }
    file.value = '';
    changed?.(control.value, name);
  }

  control.addEventListener('dragover', (event) => event.preventDefault());
  control.addEventListener('drop', (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  return {
    control,
    element: h('div', { class: 'field' }, h('div', { class: 'row-between' }, h('label', { for: id }, label), h('div', { class: 'row' }, chosen, button('Choose a file', () => file.click(), { kind: 'small', mark: 'file' }), file)),
      control, h('span', { class: 'hint', id: `${id}-hint` }, hint ?? 'Paste, choose a file, or drop one here.')),
    text: () => control.value,
    bytes: () => kept ?? new TextEncoder().encode(control.value),
    isEmpty: () => !kept && control.value.trim() === '',
    name: () => name,
  };
}

export function base64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
