import { s } from './dom.js';

const PATHS = {
  check: ['M3.5 8.5l3 3 6-7'],
  cross: ['M4.5 4.5l7 7M11.5 4.5l-7 7'],
  run: ['M8 2.5a5.5 5.5 0 1 1-5.5 5.5'],
  clock: ['M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z', 'M8 5v3.2l2 1.3'],
  hand: ['M8 2l5 2v3.6c0 3-2.1 5.2-5 6.4c-2.9-1.2-5-3.4-5-6.4V4z', 'M5.9 8l1.5 1.5l2.8-3'],
  pause: ['M6 4v8M10 4v8'],
  dot: ['M8 6.5a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3z'],
  skip: ['M4 4.5l5 3.5l-5 3.5zM12 4.5v7'],
  undo: ['M4 7h5.5a3 3 0 0 1 0 6H7M4 7l3-3M4 7l3 3'],
  retry: ['M12.5 8a4.5 4.5 0 1 1-1.5-3.4M11.3 2v3h-3'],
  plus: ['M8 3.5v9M3.5 8h9'],
  minus: ['M3.5 8h9'],
  list: ['M5.5 4h8M5.5 8h8M5.5 12h8M2.7 4h.1M2.7 8h.1M2.7 12h.1'],
  box: ['M2.5 5L8 2.2L13.5 5v6L8 13.8L2.5 11zM2.5 5L8 7.8L13.5 5M8 7.8v6'],
  inbox: ['M2.5 9.5L4.5 3.5h7l2 6v3h-11zM2.5 9.5h3.3l.9 1.5h2.6l.9-1.5h3.3'],
  layers: ['M8 2.5l6 3l-6 3l-6-3zM2.5 8.5L8 11.3l5.5-2.8M2.5 11L8 13.8l5.5-2.8'],
  swap: ['M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13'],
  scroll: ['M4 2.5h6l2.5 2.5v8.5H4zM6 7.5h4.5M6 10h4.5'],
  search: ['M7 3a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM10 10l3.3 3.3'],
  sun: ['M8 5.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6z', 'M8 1.6v1.3M8 13.1v1.3M1.6 8h1.3M13.1 8h1.3M3.5 3.5l.9.9M11.6 11.6l.9.9M12.5 3.5l-.9.9M4.4 11.6l-.9.9'],
  moon: ['M13 9.6A5.4 5.4 0 0 1 6.4 3A5.4 5.4 0 1 0 13 9.6z'],
  auto: ['M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z', 'M8 2.5v11M8 5h4.6M8 8h5.5M8 11h4.6'],
  menu: ['M2.5 4.5h11M2.5 8h11M2.5 11.5h11'],
  copy: ['M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3'],
  download: ['M8 2.5v7.5M5 7.2l3 3l3-3M3 13h10'],
  file: ['M4 2h5l3 3v9H4zM9 2v3h3'],
  chevron: ['M6 4l4 4l-4 4'],
  alert: ['M8 2.3l6.2 11H1.8zM8 6.5v3.2M8 11.6v.1'],
  info: ['M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z', 'M8 7.3v3.4M8 5.2v.1'],
  play: ['M5 3.5l7 4.5l-7 4.5z'],
  stop: ['M4.5 4.5h7v7h-7z'],
};

export function shape(name) {
  return (PATHS[name] ?? PATHS.dot).map((d) => s('path', { d }));
}

export function icon(name, size = 16) {
  return s('svg', {
    viewBox: '0 0 16 16', width: size, height: size, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.5,
    'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true', class: name === 'run' ? 'spin' : null,
  }, shape(name));
}
