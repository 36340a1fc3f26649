// How the server's statuses and times read for people.
import { h } from './dom.js';
import { icon } from './icons.js';

const STATUS = {
  pending: ['idle', 'dot', 'Pending'],
  in_progress: ['run', 'run', 'In progress'],
  waiting_approval: ['wait', 'hand', 'Waiting for approval'],
  paused: ['hold', 'pause', 'Paused'],
  compensating: ['wait', 'undo', 'Undoing'],
  compensated: ['hold', 'undo', 'Undone'],
  completed: ['ok', 'check', 'Completed'],
  failed: ['bad', 'cross', 'Failed'],
  rejected: ['bad', 'cross', 'Rejected'],
  cancelled: ['idle', 'stop', 'Cancelled'],
  skipped: ['idle', 'skip', 'Skipped'],
  deploying: ['run', 'run', 'Deploying'],
  verifying: ['run', 'run', 'Verifying'],
  aborted: ['idle', 'stop', 'Aborted'],
  rolled_back: ['wait', 'undo', 'Rolled back'],
};

export const statuses = ['in_progress', 'waiting_approval', 'paused', 'failed', 'completed', 'cancelled', 'compensating', 'pending'];

export const hasEnded = (status) => ['completed', 'failed', 'cancelled', 'rejected', 'skipped', 'compensated'].includes(status);

export function status(name) {
  const [tone, mark, label] = STATUS[name] ?? ['idle', 'dot', sentence(name ?? 'unknown')];
  return { tone, mark, label };
}

export function pill(name) {
  const { tone, mark, label } = status(name);
  return h('span', { class: `pill tone-${tone}`, data: { status: name } }, icon(mark, 14), label);
}

const PROPER = {
  grpc: 'gRPC', iac: 'IaC', sha256: 'SHA-256', jenkins: 'Jenkins', github: 'GitHub', gitlab: 'GitLab', terraform: 'Terraform', dockerfile: 'Dockerfile', kubernetes: 'Kubernetes', cloudformation: 'CloudFormation',
};

/** `serviceName`, `service_name` and `service-name` all read "Service name". */
export function sentence(name) {
  const words = String(name).replace(/[_\-.]+/g, ' ').replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase().trim();
  const spelt = words.replace(/\b(api|ci|id|url|iac|sha256|http|grpc|rest|jenkins|github|gitlab|terraform|dockerfile|kubernetes|cloudformation|slo|dora|mcp)\b/g, (word) => PROPER[word] ?? word.toUpperCase());
  return spelt.charAt(0).toUpperCase() + spelt.slice(1);
}

export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export function duration(milliseconds) {
  if (!Number.isFinite(milliseconds)) return '';
  const total = Math.max(0, Math.round(milliseconds / 1000));
  if (total === 0) return milliseconds > 0 ? '<1s' : '0s';
  const [days, hours, minutes, seconds] = [Math.floor(total / 86400), Math.floor(total / 3600) % 24, Math.floor(total / 60) % 60, total % 60];
  if (days) return `${days}d ${hours}h`;
  if (hours) return `${hours}h ${minutes}m`;
  return minutes ? `${minutes}m ${seconds}s` : `${seconds}s`;
}

let skew = 0;

/** Elapsed times are counted on the server's clock; a small difference is only the rounding of the Date header. */
export function learnServerTime(header) {
  const difference = Date.parse(header) - Date.now();
  skew = Number.isFinite(difference) && Math.abs(difference) > 5000 ? difference : 0;
}

export const serverNow = () => Date.now() + skew;

export function ago(at) {
  const past = serverNow() - Date.parse(at);
  const span = Math.abs(past);
  if (!Number.isFinite(past)) return '';
  if (span < 5000) return past >= 0 ? 'just now' : 'now';
  const text = span < 3600000 ? (span < 60000 ? `${Math.round(span / 1000)}s` : `${Math.round(span / 60000)} min`)
    : span < 86400000 ? `${Math.round(span / 3600000)} h` : `${Math.round(span / 86400000)} d`;
  return past >= 0 ? `${text} ago` : `in ${text}`;
}

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export function moment(at) {
  if (!at || Number.isNaN(Date.parse(at))) return null;
  return h('time', { datetime: at, title: absolute.format(new Date(at)), data: { ago: at } }, ago(at));
}

export function elapsed(from, to) {
  if (!from) return '';
  return duration((to ? Date.parse(to) : serverNow()) - Date.parse(from));
}

/** What a task waits for, as a sentence; a time in it reads relative to now. */
export function waits(task) {
  const text = task.waitingFor ?? '';
  if (!text || hasEnded(task.status)) return '';
  const moment = /(?: at )?(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?Z)/;
  const at = text.match(moment)?.[1]?.replace(' ', 'T');
  const what = text.replace(moment, '').trim();
  const plain = what && /^(waits|tries)\b/i.test(what) ? what : what ? `Waits for ${what}` : 'Starts';
  return at ? `${plain} ${ago(at)}` : plain;
}

/** A text that counts up by itself while something runs. */
export function ticking(from) {
  return h('span', { class: 'number', data: { since: from } }, elapsed(from));
}

let beat = 0;
setInterval(() => {
  beat += 1;
  for (const part of document.querySelectorAll('[data-since]')) part.textContent = (part.dataset.prefix ?? '') + elapsed(part.dataset.since);
  if (beat % 5 === 0) for (const part of document.querySelectorAll('[data-ago]')) part.textContent = ago(part.dataset.ago);
}, 1000);

export function size(bytes) {
  if (!Number.isFinite(bytes)) return '';
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}
