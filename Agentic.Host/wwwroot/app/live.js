// A workflow's events as they happen: server-sent events, and polling of the same address whenever the stream does not hold.
import { connection, get, refusal, Problem } from './api.js';

const SILENCE = 45000;
const POLL = 2000;
const RETRY_STREAM = 30000;

/**
 * Calls `onEvents(list)` in order and without gaps or repeats, and `onState('live' | 'polling' | 'reconnecting' | 'ended')`.
 * Ends when `signal` is aborted or `isOver()` says that nothing more can come.
 */
export async function follow(address, { onEvents, onState, onProblem, isOver, signal, from = 0 }) {
  let after = from;
  let failures = 0;
  const take = (events) => {
    const fresh = events.filter((event) => event.sequence > after).sort((a, b) => a.sequence - b.sequence);
    if (fresh.length === 0) return;
    after = fresh.at(-1).sequence;
    onEvents(fresh);
  };

  while (!signal.aborted) {
    const before = after;
    try {
      await stream(address, () => after, take, () => onState('live'), signal);
      failures = after > before ? 0 : failures + 1;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) return onProblem(error);
      failures = after > before ? 0 : failures + 1;
    }
    if (signal.aborted) return;
    // A stream that ended or broke may have hidden the last events; one poll settles that before anything else.
    await poll(address, () => after, take, signal);
    if (isOver()) return onState('ended');
    if (failures < 2) {
      onState('reconnecting');
      await pause(300 * (failures + 1), signal);
      continue;
    }
    const until = Date.now() + RETRY_STREAM;
    while (!signal.aborted && Date.now() < until) {
      if (await poll(address, () => after, take, signal)) onState('polling');
      else onState('reconnecting');
      if (isOver()) return onState('ended');
      await pause(document.hidden ? POLL * 5 : POLL, signal);
    }
  }
}

async function stream(address, after, take, onOpen, signal) {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let watchdog = setTimeout(() => stop.abort(), SILENCE);
  try {
    const response = await fetch(`${address}?after=${after()}`, {
      headers: { Accept: 'text/event-stream', ...(after() > 0 ? { 'Last-Event-ID': String(after()) } : {}) },
      cache: 'no-store', credentials: 'same-origin', signal: both,
    });
    if (!response.ok) throw await refusal(response);
    if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) throw new Error('not a stream');
    connection.found();
    onOpen();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(watchdog);
      watchdog = setTimeout(() => stop.abort(), SILENCE);
      const blocks = (rest + value).replaceAll('\r\n', '\n').split('\n\n');
      rest = blocks.pop();
      take(blocks.map(parse).filter(Boolean));
    }
  } finally {
    clearTimeout(watchdog);
    stop.abort();
  }
}

function parse(block) {
  const [data, id] = [[], []];
  for (const line of block.split('\n')) {
    if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    if (line.startsWith('id:')) id.push(line.slice(3).trim());
  }
  if (data.length === 0) return null;
  try {
    const event = JSON.parse(data.join('\n'));
    return { ...event, sequence: Number(event.sequence ?? id[0]) };
  } catch {
    return null;
  }
}

async function poll(address, after, take, signal) {
  try {
    for (let part = 0; part < 50; part += 1) {
      const before = after();
      const page = await get(`${address}?after=${before}`, { signal });
      take(page.items ?? []);
      if ((page.items ?? []).length === 0 || after() === before) return true;
    }
    return true;
  } catch {
    return false;
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

/** Repeats a refresh while the page is looked at; a failed one is simply tried again at the next beat. */
export function repeat(milliseconds, signal, refresh) {
  let isRunning = false;
  const beat = async () => {
    if (isRunning || document.hidden || signal.aborted || connection.isLost) return;
    isRunning = true;
    try {
      await refresh();
    } catch {
      // The connection banner tells of an unreachable host; a refusal is shown by the page's own first load.
    } finally {
      isRunning = false;
    }
  };
  const timer = setInterval(beat, milliseconds);
  document.addEventListener('visibilitychange', beat, { signal });
  connection.addEventListener('change', beat, { signal });
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
