// Small line charts as SVG, with the same numbers in words for those who do not see them.
import { h, s } from './dom.js';

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [640, 156, 62, 22, 14];

/**
 * @param lines `{ name, tone, points: [[time, value]] }`; null values leave a gap.
 * @param band `{ name, points: [[time, low, high]] }`: between which the truth lies.
 */
export function lineChart({ label, lines, band, unit = '', format = (value) => String(Math.round(value * 100) / 100) }) {
  const all = [...lines.flatMap((line) => line.points), ...(band?.points ?? []).flatMap(([at, low, high]) => [[at, low], [at, high]])].filter(([, value]) => Number.isFinite(value));
  if (all.length < 2) return h('p', { class: 'muted small chart-none' }, `${label}: no numbers yet.`);
  const [from, to] = [Math.min(...all.map(([at]) => at)), Math.max(...all.map(([at]) => at))];
  const top = nice(Math.max(...all.map(([, value]) => value), 0));
  const x = (at) => LEFT + (WIDTH - LEFT - 8) * (to === from ? 1 : (at - from) / (to - from));
  const y = (value) => HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (top === 0 ? 0 : Math.min(value, top) / top);
  const path = (points) => {
    let isDown = false;
    return points.map(([at, value]) => {
      if (!Number.isFinite(value)) { isDown = false; return ''; }
      const step = `${isDown ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      isDown = true;
      return step;
    }).join('');
  };
  const area = (band?.points ?? []).filter(([, low, high]) => Number.isFinite(low) && Number.isFinite(high));
  const last = (points) => points.findLast(([, value]) => Number.isFinite(value))?.[1];
  const said = lines.filter((line) => last(line.points) !== undefined).map((line) => `${line.name} ${format(last(line.points))}${unit}`).join(', ');
  return h('figure', { class: 'chart' },
    h('figcaption', {}, h('strong', {}, label), lines.map((line) => h('span', { class: `chart-key ${line.tone}` }, line.name, last(line.points) !== undefined && h('b', { class: 'number' }, ` ${format(last(line.points))}${unit}`)))),
    s('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${label}: ${said}` },
      [0, top / 2, top].map((value) => [s('line', { class: 'chart-grid', x1: LEFT, x2: WIDTH - 8, y1: y(value), y2: y(value) }), s('text', { class: 'chart-axis', x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, `${format(value)}${unit}`)]),
      s('text', { class: 'chart-axis', x: LEFT, y: HEIGHT - 4 }, clock(from)), s('text', { class: 'chart-axis', x: WIDTH - 8, y: HEIGHT - 4, 'text-anchor': 'end' }, clock(to)),
      area.length > 1 && s('path', { class: 'chart-band', d: `${path(area.map(([at, , high]) => [at, high]))}${path(area.map(([at, low]) => [at, low]).reverse()).replace('M', 'L')}Z` }),
      lines.map((line) => s('path', { class: `chart-line ${line.tone}`, d: path(line.points) }))));
}

/** Who gets how much of the traffic. */
export function trafficBar(shares) {
  let at = 0;
  const said = shares.map((share) => `${share.name} ${share.weight} %`).join(', ');
  return h('div', { class: 'traffic' },
    s('svg', { viewBox: '0 0 1000 26', preserveAspectRatio: 'none', role: 'img', 'aria-label': `Traffic: ${said}` }, shares.filter((share) => share.weight > 0).map((share) => {
      const part = s('rect', { class: `traffic-part ${share.tone}`, x: at, y: 0, width: share.weight * 10, height: 26 });
      at += share.weight * 10;
      return part;
    })),
    h('p', { class: 'traffic-legend' }, shares.map((share) => h('span', { class: `chart-key ${share.tone}` }, share.name, h('b', { class: 'number' }, ` ${share.weight} %`)))));
}

const clock = (at) => new Date(at).toLocaleTimeString('en-GB');

function nice(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find((step) => value <= step * power) * power;
}
