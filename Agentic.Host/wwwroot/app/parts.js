// The components every page is made of.
import { announce, h, renew, uid } from './dom.js';
import { icon } from './icons.js';
import { Problem } from './api.js';

export function pageHead(title, summary, ...tools) {
  const heading = h('h1', { tabindex: -1 }, title);
  return h('div', { class: 'page-head' }, h('div', {}, heading, summary && h('p', {}, summary)), tools.length > 0 && h('div', { class: 'row' }, tools));
}

export function card(title, body, { tools, level = 'h2', flush = false, label } = {}) {
  const id = uid('card');
  return h('section', { class: 'card', 'aria-labelledby': id },
    h('div', { class: 'card-head' }, h(level, { id }, title), label, tools && h('div', { class: 'tools' }, tools)),
    flush ? body : h('div', { class: 'card-body' }, body));
}

export function button(label, onclick, { kind = '', mark, focus, ...more } = {}) {
  return h('button', { type: 'button', class: `button ${kind}`.trim(), onclick, data: focus ? { focus } : {}, ...more }, mark && icon(mark), label);
}

export function notice(tone, mark, ...content) {
  return h('div', { class: `notice tone-${tone}` }, icon(mark, 18), h('div', {}, content));
}

export function bones(count = 6) {
  return h('div', { class: 'bones', role: 'status' }, h('span', { class: 'visually-hidden' }, 'Loading'), Array.from({ length: count }, () => h('div', { class: 'bone' })));
}

export function empty(mark, title, text, ...actions) {
  return h('div', { class: 'empty' }, icon(mark, 34), h('h2', {}, title), text && h('p', {}, text), actions.length > 0 && h('div', { class: 'row' }, actions));
}

/** What went wrong, in the host's own words, with a way on. */
export function failure(problem, retry, level = 'h2') {
  const isGone = problem.status === 404;
  return h('div', { class: 'empty', role: 'alert' }, icon(isGone ? 'search' : 'alert', 34),
    h(level, level === 'h1' ? { tabindex: -1 } : {}, isGone ? 'Not found' : problem.isOffline ? 'The host cannot be reached' : 'That did not work'),
    h('p', {}, problem.message),
    problem.traceId && h('p', { class: 'small' }, 'Trace ', h('code', {}, problem.traceId)),
    retry && h('div', { class: 'row' }, button('Try again', retry, { mark: 'retry' })));
}

export function faultNotice(problem) {
  return h('div', { role: 'alert' }, notice('bad', 'alert', h('strong', {}, 'Not accepted. '), problem.message,
    problem.errors?.length > 0 && h('ul', {}, problem.errors.map((error) => h('li', {}, error.member && h('code', {}, error.member), error.member && ' ', error.message))),
    problem.retryAfter && h('p', { class: 'small' }, `Try again in ${problem.retryAfter} s.`),
    problem.traceId && h('p', { class: 'small muted' }, 'Trace ', h('code', {}, problem.traceId))));
}

/** Runs an action once at a time with the button showing that it works; returns undefined when it failed and was shown. */
export async function busy(control, action, onProblem) {
  if (control.getAttribute('aria-disabled') === 'true') return undefined;
  control.setAttribute('aria-disabled', 'true');
  control.classList.add('busy');
  try {
    return await action();
  } catch (error) {
    if (error.name === 'AbortError') return undefined;
    const problem = error instanceof Problem ? error : new Problem(0, { detail: String(error.message ?? error) });
    if (onProblem) onProblem(problem);
    else toast('bad', problem.message);
    return undefined;
  } finally {
    control.removeAttribute('aria-disabled');
    control.classList.remove('busy');
  }
}

export function toast(tone, text) {
  const note = h('div', { class: `toast tone-${tone}` }, icon(tone === 'bad' ? 'alert' : 'check', 18), h('div', { class: 'wrap' }, text),
    h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Dismiss', onclick: () => note.remove() }, icon('cross')));
  document.getElementById('toasts').append(note);
  announce(text);
  if (tone !== 'bad') setTimeout(() => note.remove(), 5000);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast('ok', `${what} copied`);
  } catch {
    toast('bad', 'The browser did not allow copying. Select the text and copy it by hand.');
  }
}

export function copyButton(text, what, kind = 'small quiet') {
  return button('Copy', () => copy(typeof text === 'function' ? text() : text, what), { kind, mark: 'copy', 'aria-label': `Copy ${what.toLowerCase()}` });
}

export function copyLine(text, what) {
  return h('div', { class: 'digest' }, h('code', {}, text), copyButton(text, what));
}

export function save(text, name, type = 'text/plain') {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = h('a', { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

export function jsonBlock(value, label) {
  return h('pre', { class: 'json', tabindex: 0, role: 'region', 'aria-label': label }, JSON.stringify(value, null, 2));
}

/**
 * A modal question. `act(values)` runs on confirmation; when the host refuses, its sentence appears in the dialog and it stays open.
 * Resolves to what `act` returned, or undefined when it was dismissed.
 */
export function ask({ title, body, confirm, kind = 'primary', act, extra = [] }) {
  return new Promise((resolve) => {
    const heading = uid('dialog');
    const fault = h('div', {});
    const run = (control, action) => busy(control, async () => {
      const result = await action();
      dialog.close();
      resolve(result ?? true);
    }, (problem) => renew(fault, faultNotice(problem)));
    const main = h('button', { type: 'submit', class: `button ${kind}` }, confirm);
    const dialog = h('dialog', { 'aria-labelledby': heading },
      h('div', { class: 'dialog-head' }, h('h2', { id: heading }, title)),
      h('form', { class: 'dialog-body', method: 'dialog', id: `${heading}-form`, onsubmit: (event) => { event.preventDefault(); run(main, act); } }, body, fault),
      h('div', { class: 'dialog-foot' },
        button('Not now', () => dialog.close()),
        extra.map((item) => { const control = button(item.label, () => run(control, item.act), { kind: item.kind }); return control; }),
        main));
    main.setAttribute('form', `${heading}-form`);
    dialog.addEventListener('close', () => { dialog.remove(); resolve(undefined); });
    document.body.append(dialog);
    dialog.showModal();
    (dialog.querySelector('[autofocus]') ?? dialog.querySelector('textarea, input') ?? main).focus();
  });
}

export function textField(label, { value = '', hint, rows, required = false, code = false } = {}) {
  const id = uid('field');
  const control = rows
    ? h('textarea', { id, class: `input ${code ? 'code' : ''}`, rows, value, required, spellcheck: !code, 'aria-describedby': hint ? `${id}-hint` : null })
    : h('input', { id, class: 'input', value, required, 'aria-describedby': hint ? `${id}-hint` : null });
  const element = h('div', { class: 'field wide' }, h('label', { for: id }, label, !required && h('span', { class: 'optional' }, ' (optional)')), control, hint && h('span', { class: 'hint', id: `${id}-hint` }, hint));
  return { element, control, get value() { return control.value.trim(); } };
}
