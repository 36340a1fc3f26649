// Elements from plain functions. Text always goes in as text nodes, so nothing a server says can become markup.

const SVG = 'http://www.w3.org/2000/svg';

export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

export function s(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'value' || name === 'checked' || name === 'indeterminate') element[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === '') continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** Replaces what a container shows and gives the focus back to the element with the same data-focus key. */
export function renew(container, ...children) {
  const active = document.activeElement;
  const key = container.contains(active) ? active.dataset?.focus : undefined;
  const tops = [...container.querySelectorAll('[data-scroll]')].map((part) => [part.dataset.scroll, part.scrollTop, part.scrollLeft]);
  container.replaceChildren();
  append(container, children);
  for (const [name, top, left] of tops) {
    const part = container.querySelector(`[data-scroll="${CSS.escape(name)}"]`);
    if (part) [part.scrollTop, part.scrollLeft] = [top, left];
  }
  if (key) container.querySelector(`[data-focus="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** Brings a list's children in line with the items, keeping the elements (and so the focus) of those that stay. */
export function reconcile(list, items, key, create, update) {
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let before = list.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = known.get(name);
    if (child) {
      known.delete(name);
      update(child, item);
    } else {
      child = create(item);
      child.dataset.key = name;
    }
    if (child === before) before = before.nextElementSibling;
    else list.insertBefore(child, before);
  }
  for (const gone of known.values()) gone.remove();
}

let count = 0;

export function uid(prefix) {
  count += 1;
  return `${prefix}-${count}`;
}

export function announce(text) {
  const region = document.getElementById('announcer');
  region.textContent = '';
  requestAnimationFrame(() => { region.textContent = text; });
}
