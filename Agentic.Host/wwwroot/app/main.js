// The shell around the pages: navigation, routing by hash, theme, login and the connection banner.
import { announce, h, renew } from './dom.js';
import { icon } from './icons.js';
import { connection, get, post, query, session, Problem } from './api.js';
import { bones, button, failure } from './parts.js';
import { repeat } from './live.js';

const PAGES = [
  { path: 'workflows', label: 'Workflows', mark: 'list', load: () => import('./pages/workflows.js') },
  { path: 'new', label: 'New service', mark: 'plus', load: () => import('./pages/new-service.js') },
  { path: 'deployments', label: 'Deployments', mark: 'box', load: () => import('./pages/deployments.js') },
  { path: 'approvals', label: 'Approvals', mark: 'hand', load: () => import('./pages/approvals.js') },
  { path: 'dead-letters', label: 'Dead letters', mark: 'inbox', load: () => import('./pages/dead-letters.js') },
  { path: 'templates', label: 'Templates', mark: 'layers', load: () => import('./pages/templates.js') },
  { group: 'Tools' },
  { path: 'migrate', label: 'Migrate', mark: 'swap', load: () => import('./pages/migrate.js') },
  { path: 'policy', label: 'Policy check', mark: 'check', load: () => import('./pages/policy.js') },
  { path: 'policy-record', label: 'Policy record', mark: 'file', load: () => import('./pages/policy-record.js') },
  { path: 'audit', label: 'Audit', mark: 'scroll', load: () => import('./pages/audit.js') },
];
const SERVICE = { path: 'services', label: 'Service', load: () => import('./pages/service.js') };
const RUN = { path: 'workflows', label: 'Workflow', load: () => import('./pages/run.js') };

const DEPLOYMENT = { path: 'deployments', label: 'Deployment', load: () => import('./pages/deployment.js') };

const main = document.getElementById('main');
const nav = document.getElementById('nav');
const menu = document.getElementById('menu');
const themeButton = document.getElementById('theme');
let leave = new AbortController();
let isFirst = true;
let isLogin = false;

function place() {
  const [path, search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').filter(Boolean).map((part) => { try { return decodeURIComponent(part); } catch { return part; } });
  return { parts, query: new URLSearchParams(search) };
}

async function show() {
  const { parts, query: search } = place();
  if (parts.length === 0) return location.replace('#/workflows');
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  isLogin = false;
  const one = parts[1] && { workflows: RUN, services: SERVICE, deployments: DEPLOYMENT }[parts[0]];
  const page = one || PAGES.find((item) => item.path === parts[0]);
  for (const link of nav.querySelectorAll('a')) {
    if (link.dataset.path === parts[0]) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  closeMenu();
  if (!page) {
    renew(main, failure(new Problem(404, { detail: 'There is no such page in this console.' }), null, 'h1'));
    return undefined;
  }
  renew(main, h('div', { class: 'card' }, bones()));
  const context = {
    outlet: main, parts: parts.slice(1), query: search, signal,
    title: (text) => { document.title = `${text} · Agentic`; },
    remember: (members) => history.replaceState(null, '', `#/${parts.map(encodeURIComponent).join('/')}${query(members)}`),
  };
  try {
    context.title(page.label);
    const module = await page.load();
    if (signal.aborted) return undefined;
    await module.show(context);
  } catch (error) {
    if (signal.aborted || error.name === 'AbortError' || isLogin) return undefined;
    renew(main, h('div', { class: 'card' }, failure(error instanceof Problem ? error : new Problem(0, { detail: String(error.message) }), show, 'h1')));
    if (!(error instanceof Problem)) console.error(error);
  }
  if (signal.aborted) return undefined;
  if (!isFirst) {
    scrollTo(0, 0);
    (main.querySelector('h1') ?? main).focus({ preventScroll: true });
    announce(document.title);
  }
  isFirst = false;
  return undefined;
}

function buildNav() {
  nav.replaceChildren(h('ul', {}, PAGES.map((page) => page.group
    ? h('li', { class: 'group' }, page.group)
    : h('li', {}, h('a', { href: `#/${page.path}`, data: { path: page.path } }, icon(page.mark, 18), page.label,
      ['approvals', 'dead-letters'].includes(page.path) && h('span', { class: `count ${page.path === 'dead-letters' ? 'bad' : ''}`, hidden: true, data: { count: page.path } }))))),
  h('div', { id: 'caller', class: 'caller' }));
}

function closeMenu() {
  nav.classList.remove('open');
  menu.setAttribute('aria-expanded', 'false');
}

// Says as whom one works here; on one's own machine nobody signs in, so there is nothing to sign out of.
async function paintCaller() {
  const me = await get('/session/me').catch(() => null);
  const place = document.getElementById('caller');
  renew(place, me?.name && !me.isLocal && [h('span', { class: 'muted small wrap' }, 'Signed in as ', h('b', {}, me.name)), button('Sign out', async () => {
    await post('/session/logout').catch(() => null);
    askForKey();
  }, { kind: 'small' })]);
}

async function refreshCounts() {
  if (isLogin) return;
  const [waiting, dead] = await Promise.all([
    get(`/workflows${query({ status: 'waiting_approval', limit: 50 })}`).catch(() => null),
    get(`/dead-letters${query({ limit: 50 })}`).catch(() => null),
  ]);
  for (const [name, page, what] of [['approvals', waiting, 'waiting'], ['dead-letters', dead, 'to look at']]) {
    const badge = nav.querySelector(`[data-count="${name}"]`);
    const count = page?.items?.length ?? 0;
    badge.hidden = count === 0;
    renew(badge, page?.nextCursor ? `${count}+` : String(count), h('span', { class: 'visually-hidden' }, ` ${what}`));
  }
}

const THEMES = { auto: ['auto', 'Theme: as the system'], light: ['sun', 'Theme: light'], dark: ['moon', 'Theme: dark'] };

function paintTheme() {
  const [mark, label] = THEMES[document.documentElement.dataset.theme ?? 'auto'];
  themeButton.replaceChildren(icon(mark, 18));
  themeButton.setAttribute('aria-label', `${label}. Change it`);
  themeButton.title = label;
}

function nextTheme() {
  const order = Object.keys(THEMES);
  const next = order[(order.indexOf(document.documentElement.dataset.theme ?? 'auto') + 1) % order.length];
  if (next === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    if (next === 'auto') localStorage.removeItem('agentic.theme');
    else localStorage.setItem('agentic.theme', next);
  } catch {
    // Storage can be forbidden; the choice then lasts for this page.
  }
  paintTheme();
  announce(THEMES[next][1]);
}

function paintConnection() {
  const banner = document.getElementById('connection');
  if (connection.isLost) {
    banner.hidden = false;
    banner.classList.remove('back');
    renew(banner, icon('alert', 18), 'The host cannot be reached. Trying again by itself; nothing you see here is newer than that.', button('Try now', () => connection.probe()));
    return;
  }
  if (banner.hidden) return;
  banner.classList.add('back');
  renew(banner, icon('check', 18), 'The host is back.');
  setTimeout(() => { if (!connection.isLost) banner.hidden = true; }, 2500);
  if (main.querySelector('.empty[role="alert"]')) show();
}

async function askForKey() {
  if (isLogin) return;
  isLogin = true;
  leave.abort();
  const module = await import('./pages/login.js');
  module.show({ outlet: main, done: () => { isLogin = false; show(); refreshCounts(); paintCaller(); } });
}

document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  (main.querySelector('h1') ?? main).focus();
});
menu.replaceChildren(icon('menu', 20));
menu.addEventListener('click', () => {
  const isOpen = nav.classList.toggle('open');
  menu.setAttribute('aria-expanded', String(isOpen));
});
nav.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  closeMenu();
  menu.focus();
});
themeButton.addEventListener('click', nextTheme);
connection.addEventListener('change', paintConnection);
session.addEventListener('needed', askForKey);
addEventListener('hashchange', show);

buildNav();
paintTheme();
show();
refreshCounts();
paintCaller();
repeat(20000, new AbortController().signal, refreshCounts);
