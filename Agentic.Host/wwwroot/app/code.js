// Source text with line numbers and simple tinting: one pattern per family of languages, no knowledge of grammar.
import { announce, h } from './dom.js';

const WORDS = {
  python: 'and as assert async await break class continue def del elif else except finally for from global if import in is lambda None nonlocal not or pass raise return True False try while with yield self',
  script: 'async await break case catch class const continue default delete do else export extends false finally for from function if import in instanceof let new null of return static super switch this throw true try typeof undefined var void while yield interface type',
  go: 'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var nil true false string int error bool byte',
  groovy: 'pipeline agent any none stages stage steps environment options parameters triggers post always success failure when expression branch parallel matrix tools input script def if else for while try catch finally return new true false null node withCredentials import class in as',
  shell: 'if then else elif fi for in do done while case esac function return export set local exit FROM RUN COPY ADD ENV ARG WORKDIR CMD ENTRYPOINT EXPOSE USER HEALTHCHECK LABEL VOLUME SHELL AS',
  hcl: 'resource data variable output module provider terraform locals for_each count dynamic content for in if true false null',
  sql: 'select from where insert into values update set delete create table index primary key not null unique references default if exists alter add column drop and or on join left order by limit returning text uuid timestamptz integer bigint boolean',
  keys: 'true false null yes no on off',
  none: '',
};

const QUOTED = '"(?:[^"\\\\\\n]|\\\\.)*"|\'(?:[^\'\\\\\\n]|\\\\.)*\'';
const HASH = '(?:^|(?<=\\s))#[^\\n]*';
const SLASH = '\\/\\/[^\\n]*|\\/\\*[\\s\\S]*?\\*\\/';
const NUMBER = '\\b\\d[\\d_.]*(?:[eE][+-]?\\d+)?\\b';
const WORD = '[A-Za-z_$][\\w$]*';

function family(words, notes, strings, key) {
  return {
    words: new Set(WORDS[words].split(' ')), isCaseless: words === 'sql',
    pattern: new RegExp([`(?<note>${notes})`, `(?<text>${strings})`, key ? `(?<key>${key})` : null, `(?<number>${NUMBER})`, `(?<word>${WORD})`].filter(Boolean).join('|'), 'gm'),
  };
}

const TRIPLE = '"""[\\s\\S]*?"""|\'\'\'[\\s\\S]*?\'\'\'';
const FAMILIES = {
  python: family('python', '#[^\\n]*', `${TRIPLE}|${QUOTED}`),
  script: family('script', SLASH, `\`(?:[^\`\\\\]|\\\\.)*\`|${QUOTED}`),
  go: family('go', SLASH, `\`[^\`]*\`|${QUOTED}`),
  groovy: family('groovy', SLASH, `${TRIPLE}|${QUOTED}`),
  shell: family('shell', HASH, QUOTED),
  hcl: family('hcl', `${HASH}|${SLASH}`, QUOTED),
  sql: family('sql', '--[^\\n]*|\\/\\*[\\s\\S]*?\\*\\/', '\'[^\']*\''),
  yaml: family('keys', HASH, QUOTED, '^[ \\t]*(?:- )?[\\w.$/-]+(?=:(?:\\s|$))'),
  json: family('keys', '(?!)', '"(?:[^"\\\\\\n]|\\\\.)*"(?!\\s*:)', '"(?:[^"\\\\\\n]|\\\\.)*"(?=\\s*:)'),
  toml: family('keys', HASH, QUOTED, '^\\s*[\\w.-]+(?=\\s*=)|^\\[[^\\]\\n]*\\]'),
};

const BY_END = {
  py: 'python', js: 'script', mjs: 'script', cjs: 'script', ts: 'script', tsx: 'script', jsx: 'script', go: 'go', mod: 'go', groovy: 'groovy', jenkinsfile: 'groovy', sh: 'shell', bash: 'shell', dockerfile: 'shell',
  tf: 'hcl', tfvars: 'hcl', hcl: 'hcl', sql: 'sql', yml: 'yaml', yaml: 'yaml', json: 'json', toml: 'toml', ini: 'toml', cfg: 'toml', env: 'toml', makefile: 'shell', proto: 'go', cs: 'script', java: 'script', gitignore: 'shell', dockerignore: 'shell',
};

export function language(path) {
  const name = path.split('/').pop().toLowerCase();
  return BY_END[name.split('.').pop()] ?? BY_END[name.replace(/\..*$/, '')] ?? 'none';
}

/** `[{ text, tint }]` for each line; tint is null for plain text. */
export function tint(text, name) {
  const lines = [[]];
  const push = (piece, colour) => piece.split('\n').forEach((part, index) => {
    if (index > 0) lines.push([]);
    if (part) lines.at(-1).push({ text: part, tint: colour });
  });
  const rules = FAMILIES[name];
  if (!rules || text.length > 400000) {
    push(text, null);
    return lines;
  }
  let at = 0;
  for (const match of text.matchAll(rules.pattern)) {
    if (match.index > at) push(text.slice(at, match.index), null);
    const [colour] = Object.entries(match.groups).find(([, value]) => value !== undefined) ?? ['word'];
    const isKnown = colour !== 'word' || rules.words.has(rules.isCaseless ? match[0].toLowerCase() : match[0]);
    push(match[0], isKnown ? colour : null);
    at = match.index + match[0].length;
  }
  if (at < text.length) push(text.slice(at), null);
  return lines;
}

const SHOWN = 4000;

/**
 * @param options `label` names the region; `marks` maps a line to the tone it is marked with; `onLine(number)` makes lines clickable.
 * @returns the element, with `show(line)` to scroll to a line and mark it.
 */
export function codeView(text, name, { label, marks = new Map(), onLine } = {}) {
  const lines = tint(text.replaceAll('\r\n', '\n').replace(/\n$/, ''), name);
  const holder = h('div', { class: 'code-lines' });
  const draw = (from, to) => holder.append(...lines.slice(from, to).map((parts, index) => line(parts, from + index + 1)));

  function line(parts, number) {
    return h('div', { class: `code-line ${marks.has(number) ? 'mark' : ''}`, data: onLine ? { line: number, link: '' } : { line: number } },
      parts.length ? parts.map((part) => part.tint ? h('span', { class: `c-${part.tint}` }, part.text) : part.text) : '');
  }

  draw(0, SHOWN);
  const element = h('div', { class: 'code', tabindex: 0, role: 'region', 'aria-label': label, 'aria-description': onLine && 'Arrow keys choose a line, Enter shows what belongs to it.' }, holder);
  const rest = lines.length > SHOWN && h('button', { type: 'button', class: 'button small', onclick: () => all() }, `Show the other ${lines.length - SHOWN} lines`);
  if (rest) element.append(rest);

  function all() {
    if (!rest || !rest.isConnected) return;
    rest.remove();
    draw(SHOWN, lines.length);
  }

  let chosen = 0;
  if (onLine) {
    const choose = (number) => {
      holder.children[chosen - 1]?.classList.remove('at');
      chosen = Math.max(1, Math.min(number, holder.childElementCount));
      const row = holder.children[chosen - 1];
      if (!row) return;
      row.classList.add('at');
      // Only up and down: a long line would otherwise pull the view sideways.
      const top = row.offsetTop - element.offsetTop;
      element.scrollTop = Math.min(Math.max(element.scrollTop, top + row.offsetHeight - element.clientHeight), top);
    };
    holder.addEventListener('click', (event) => {
      const row = event.target.closest('.code-line');
      if (!row || String(getSelection())) return;
      choose(Number(row.dataset.line));
      onLine(chosen);
    });
    element.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key];
      if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
      if (step) {
        event.preventDefault();
        choose(chosen + step);
        announce(`Line ${chosen}: ${holder.children[chosen - 1]?.textContent.trim() || 'empty'}`);
      } else if (event.key === 'Enter' && chosen) {
        event.preventDefault();
        onLine(chosen);
      }
    });
  }

  element.show = (from, to = from) => {
    if (Math.max(from, to) > holder.childElementCount) all();
    for (const row of holder.querySelectorAll('.hit')) row.classList.remove('hit');
    const rows = [...holder.children].slice(from - 1, Math.max(from, to));
    for (const row of rows) row.classList.add('hit');
    if (!rows[0]) return;
    holder.children[chosen - 1]?.classList.remove('at');
    chosen = from;
    element.scrollTop = rows[0].offsetTop - element.offsetTop - element.clientHeight / 3;
  };
  return element;
}
