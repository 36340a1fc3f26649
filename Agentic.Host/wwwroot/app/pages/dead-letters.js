import { h, renew } from '../dom.js';
import { get, post, query, randomKey } from '../api.js';
import { repeat } from '../live.js';
import { bones, busy, button, empty, failure, faultNotice, pageHead, toast } from '../parts.js';
import { moment, plural, sentence } from '../words.js';

export async function show({ outlet, signal }) {
  const body = h('div', { class: 'card' }, bones(4));
  let [items, cursor, shown] = [[], null, ''];
  renew(outlet, pageHead('Dead letters', 'Tasks that ran out of attempts. Each waits here until a person replays it, corrects it, or skips it.'), body);

  function paint() {
    const text = JSON.stringify([items, cursor]);
    if (text === shown) return;
    shown = text;
    renew(body, items.length === 0
      ? empty('check', 'No dead letters', 'Every task either ended or is still being tried.')
      : [h('ul', { class: 'rows' }, items.map(row)), cursor && h('div', { class: 'list-foot' }, button('Load more', more))]);
  }

  function row(letter) {
    const fault = h('div', {});
    const link = `#/workflows/${encodeURIComponent(letter.workflowId)}?task=${encodeURIComponent(letter.taskId)}`;
    return h('li', { class: 'card-body stack-tight' },
      h('div', { class: 'row-between' },
        h('div', {}, h('h2', {}, h('a', { href: link }, `${letter.taskId}`), h('span', { class: 'muted' }, ` · ${sentence(letter.operation)}`)),
          h('p', { class: 'small muted wrap' }, `${letter.workflowId} · ${plural(letter.attempts, 'attempt')} · `, moment(letter.failedAt))),
        h('div', { class: 'row' }, h('a', { class: 'button small', href: link }, 'Open'),
          button('Replay', (event) => busy(event.currentTarget, async () => {
            await post(`/dead-letters/${encodeURIComponent(letter.id)}/replay`, {}, { key: randomKey() });
            toast('ok', `${letter.taskId} is tried again`);
            await load();
          }, (problem) => renew(fault, faultNotice(problem))), { kind: 'small primary', mark: 'retry', focus: letter.id }))),
      h('p', { class: 'wrap' }, h('strong', {}, `${sentence(letter.error.kind)}: `), letter.error.reason), fault);
  }

  async function load() {
    const page = await get(`/dead-letters${query({ limit: 50 })}`, { signal });
    [items, cursor] = [page.items, page.nextCursor ?? null];
    paint();
  }

  async function more(event) {
    await busy(event.currentTarget, async () => {
      const page = await get(`/dead-letters${query({ limit: 50, cursor })}`, { signal });
      [items, cursor] = [[...items, ...page.items], page.nextCursor ?? null];
      paint();
    });
  }

  try {
    await load();
  } catch (problem) {
    if (signal.aborted) return;
    renew(body, failure(problem, () => show({ outlet, signal })));
  }
  repeat(8000, signal, async () => { if (items.length <= 50) await load(); });
}
