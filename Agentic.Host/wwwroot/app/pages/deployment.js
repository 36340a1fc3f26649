import { announce, h, renew } from '../dom.js';
import { get, fitting, intent, post } from '../api.js';
import { repeat } from '../live.js';
import { lineChart, trafficBar } from '../charts.js';
import { ask, bones, busy, button, card, copyLine, empty, failure, notice, textField } from '../parts.js';
import { moment, pill, sentence, status, ticking } from '../words.js';

const OVER = ['completed', 'failed', 'aborted', 'rolled_back'];

export async function show({ outlet, parts: [id], signal, title }) {
  const at = `/deployments/${encodeURIComponent(id)}`;
  let record = await get(at, { signal });
  let [lastStatus, series, log, diff] = [record.status, [], null, null];
  const head = h('div', { class: 'stack' });
  const traffic = h('div', {});
  const gates = h('div', {});
  const charts = h('div', { class: 'charts' }, bones(3));
  const tail = h('div', {}, bones(3));
  const history = h('ol', { class: 'timeline', tabindex: 0, role: 'region', 'aria-label': 'History of this deployment' });
  const changes = h('div', {}, bones(2));
  renew(outlet, h('div', { class: 'stack' }, head, h('div', { class: 'run-columns' },
    h('div', { class: 'stack' }, card('Traffic', traffic), card('Gates', gates, { flush: true }), card('Measured', charts), card('Log', tail)),
    h('div', { class: 'stack' }, card('What changes', changes), card('History', history, { flush: true })))));

  const send = async (operation, path, body) => {
    const keyFor = intent();
    const fit = await fitting(operation, body);
    return post(path, fit, { key: keyFor(fit) });
  };
  const act = (label, mark, run, kind) => button(label, (event) => busy(event.currentTarget, async () => { if (await run()) await reload(); }), { kind, mark, focus: `deployment-${label}` });

  function abort() {
    const reason = textField('Reason', { hint: 'Kept in the history.' });
    return ask({
      title: 'Abort this deployment?', confirm: 'Abort deployment', kind: 'danger solid',
      body: [h('p', {}, `All traffic goes back to ${record.previousVersion ?? 'nothing'} at once; then ${record.version} is removed.`), reason.element],
      act: () => send('abort_deployment', `${at}/abort`, { id, reason: reason.value }),
    });
  }

  function rollBack() {
    const reason = textField('Why is it bad?', { required: true, hint: `${record.version} is quarantined with this.` });
    const version = textField('Version to go back to', { hint: 'The one before when left empty.' });
    return ask({
      title: `Roll ${record.service} back in ${record.environment}?`, confirm: 'Roll back', kind: 'danger solid', body: [reason.element, version.element],
      act: async () => {
        const back = await send('roll_back_deployment', `${at}/rollback`, { id, reason: reason.value, toVersion: version.value });
        location.hash = `#/deployments/${encodeURIComponent(back.deploymentId)}`;
        return back;
      },
    });
  }

  function approve() {
    return ask({
      title: 'Approve this deployment?', confirm: 'Approve', kind: 'primary',
      body: [h('p', {}, 'The approval is bound to this digest over artifact, target and plan; anything else is refused.'), copyLine(record.approvalDigest, 'Digest')],
      act: () => send('approve_deployment', `${at}/approve`, { id, digest: record.approvalDigest }),
    });
  }

  function reject() {
    const reason = textField('Reason', { required: true });
    return ask({ title: 'Reject this deployment?', confirm: 'Reject', kind: 'danger solid', body: reason.element, act: () => send('reject_deployment', `${at}/reject`, { id, reason: reason.value }) });
  }

  function paint() {
    title(`${record.service} ${record.version} · ${status(record.status).label}`);
    const isOver = OVER.includes(record.status);
    const isMoving = ['observing', 'verifying'].includes(record.phase);
    const isUnwinding = ['restoring', 'removing'].includes(record.phase);
    renew(head,
      h('div', { class: 'run-head' },
        h('div', {},
          h('p', { class: 'crumb' }, h('a', { href: '#/deployments' }, 'Deployments'), '/', h('span', { class: 'mono wrap' }, record.deploymentId)),
          h('div', { class: 'row' }, h('h1', { tabindex: -1, data: { focus: 'title' } }, `${record.service} ${record.version} to ${record.environment}`), pill(record.status)),
          h('p', { class: 'run-meta' }, h('span', {}, sentence(record.strategy)), h('span', {}, 'Asked for by ', h('b', { class: 'wrap' }, record.requestedBy)), h('span', {}, 'Started ', moment(record.startedAt)),
            h('span', {}, record.duration ? 'Took ' : 'Running ', h('b', { class: 'number' }, record.duration ?? ticking(record.startedAt))),
            record.workflowId && h('a', { href: `#/workflows/${encodeURIComponent(record.workflowId)}` }, 'Workflow'),
            record.undoes && h('a', { href: `#/deployments/${encodeURIComponent(record.undoes)}` }, 'Undoes this one'),
            record.url && record.status === 'completed' && h('a', { href: record.url, rel: 'noreferrer', target: '_blank' }, 'Open the service'),
            record.argocdAppUrl && h('a', { href: record.argocdAppUrl, rel: 'noreferrer', target: '_blank' }, 'Argo CD'))),
        h('div', { class: 'row' },
          record.approvalDigest && act('Approve', 'check', approve, 'primary'),
          record.approvalDigest && act('Reject', 'cross', reject, 'danger'),
          isMoving && act('Promote', 'chevron', () => send('promote_deployment', `${at}/promote`, { id }), 'primary'),
          !isOver && !isUnwinding && record.status !== 'paused' && record.phase !== 'retiring' && !record.approvalDigest && record.phase !== 'queued' && act('Pause', 'pause', () => send('pause_deployment', `${at}/pause`, { id })),
          record.status === 'paused' && act('Resume', 'play', () => send('resume_deployment', `${at}/resume`, { id })),
          !isOver && !isUnwinding && record.phase !== 'retiring' && !record.approvalDigest && act('Abort', 'stop', abort, 'danger'),
          record.status === 'completed' && record.kind !== 'withdrawal' && act('Roll back', 'undo', rollBack, 'danger'))),
      record.waitingFor && !isOver && notice('wait', 'clock', h('strong', {}, 'Waits: '), record.waitingFor),
      isOver && record.status !== 'completed' && notice('bad', 'alert', h('strong', {}, `${status(record.status).label}: `), record.reason),
      record.policyDecision && h('p', { class: 'small muted wrap' }, 'Policy: ', record.policyDecision, record.approvedBy && ` Approved by ${record.approvedBy}.`));
    const isGone = isOver && record.status !== 'completed';
    renew(traffic, trafficBar([{ name: record.version, weight: isGone ? 0 : record.weight, tone: 'new' }, { name: record.previousVersion ?? 'nothing', weight: isGone ? 100 : 100 - record.weight, tone: 'old' }]),
      h('p', { class: 'small muted' }, isOver ? 'As it ended.' : `Step ${record.step} of ${record.steps}, ${record.phase}.`));
    renew(gates, record.gates.length === 0 ? empty('clock', 'No verdict yet', 'The gates speak once the new version takes traffic or probes.')
      : h('ul', { class: 'rows gate-list' }, record.gates.map((gate) => h('li', { class: `gate tone-${tone(gate.verdict)}`, data: { verdict: gate.verdict } }, h('strong', {}, sentence(gate.name)), h('span', { class: `pill tone-${tone(gate.verdict)}` }, sentence(gate.verdict)), h('span', { class: 'small muted wrap' }, gate.detail)))));
    renew(history, record.history.toReversed().map((entry) => h('li', {}, h('span', { class: 'history-dot', 'aria-hidden': 'true' }), h('span', { class: 'wrap' }, entry.what, entry.by && h('span', { class: 'muted' }, `, by ${entry.by}`)), moment(entry.at))));
    if (record.status !== lastStatus) {
      announce(`Deployment ${status(record.status).label.toLowerCase()}`);
      lastStatus = record.status;
    }
  }

  function paintCharts() {
    if (series.length < 2) {
      renew(charts, empty('clock', 'Nothing measured yet', OVER.includes(record.status) ? 'The numbers are kept in memory while a deployment is watched; this host did not watch this one, or was started since.' : 'Charts appear with the first requests or probes.'));
      return;
    }
    const time = (point) => Date.parse(point.at);
    const perSecond = (count) => series.slice(1).map((point, index) => [time(point), Math.max(0, (point[count] - series[index][count]) * 1000 / Math.max(1, time(point) - time(series[index])))]);
    const names = [...new Set(series.flatMap((point) => point.gates.map((gate) => gate.name)))];
    const share = (value) => `${Math.round(value * 10000) / 100}`;
    renew(charts,
      lineChart({ label: 'Requests a second', lines: [{ name: record.version, tone: 'new', points: perSecond('requests') }, { name: record.previousVersion ?? 'before', tone: 'old', points: perSecond('stableRequests') }] }),
      lineChart({ label: 'p95 latency', unit: ' ms', lines: [{ name: record.version, tone: 'new', points: series.map((point) => [time(point), point.p95 ?? NaN]) }, { name: record.previousVersion ?? 'before', tone: 'old', points: series.map((point) => [time(point), point.stableP95 ?? NaN]) }] }),
      names.map((name) => {
        const points = series.map((point) => [time(point), point.gates.find((gate) => gate.name === name)]).filter(([, gate]) => gate && Number.isFinite(gate.value));
        if (points.length < 2) return null;
        const isRate = name.includes('rate') || name.includes('latency');
        return lineChart({
          label: `Gate ${sentence(name).toLowerCase()}`, unit: isRate ? ' %' : '', format: isRate ? share : undefined,
          lines: [{ name: 'measured', tone: 'new', points: points.map(([when, gate]) => [when, gate.value]) }],
          band: { name: 'sure to be between', points: points.map(([when, gate]) => [when, gate.low ?? NaN, gate.high ?? NaN]) },
        });
      }));
  }

  function paintLog() {
    if (!log) return;
    renew(tail, !log.isKept ? h('p', { class: 'muted' }, 'This target keeps no log here.')
      : log.text.trim() === '' ? h('p', { class: 'muted' }, `${log.version} has written nothing.`)
        : h('pre', { class: 'json log-tail', tabindex: 0, role: 'region', 'aria-label': `Log of ${log.version}`, data: { scroll: 'log' } }, log.text));
  }

  function paintDiff() {
    if (!diff) return;
    const line = (name, from, to) => [h('dt', {}, name), h('dd', { class: 'mono wrap' }, from === to ? to : [h('span', { class: 'muted' }, from ?? 'nothing'), ' → ', to ?? 'nothing'])];
    renew(changes, h('dl', { class: 'facts' },
      line('Version', record.previousVersion, record.version),
      line('Digest', diff.previous?.slice(0, 12), record.digest.slice(0, 12)),
      record.commits && line('Commits', record.commits.from.slice(0, 12), record.commits.to.slice(0, 12)),
      diff.variables?.length > 0 && [h('dt', {}, 'Variables'), h('dd', { class: 'mono wrap' }, diff.variables.join(', '))],
      record.rollback && [h('dt', {}, 'Way back'), h('dd', {}, record.rollback.missing.length ? record.rollback.missing.join('; ') : record.rollback.version ? `${record.rollback.version} is ready to take over` : 'none before it')],
      [h('dt', {}, 'Target'), h('dd', {}, record.target)]));
  }

  async function loadDiff() {
    diff = { previous: null, variables: [] };
    if (record.previousVersion) {
      const found = await get(`/deployments/diff?service=${encodeURIComponent(record.service)}&environment=${encodeURIComponent(record.environment)}&version=${encodeURIComponent(record.previousVersion)}`, { signal }).catch(() => null);
      diff = { previous: found?.other?.digest, variables: found?.serves?.version === record.version ? found.variables : [] };
    }
    paintDiff();
  }

  async function reload() {
    record = await get(at, { signal });
    paint();
    paintDiff();
    await Promise.all([
      get(`${at}/measurements`, { signal }).then((answer) => { series = answer.points; paintCharts(); }).catch(() => paintCharts()),
      get(`${at}/log?characters=6000`, { signal }).then((answer) => { log = answer; paintLog(); }).catch((problem) => { if (!log && !signal.aborted) renew(tail, problem.status === 404 ? h('p', { class: 'muted' }, 'It ended long ago; its log is gone.') : failure(problem)); }),
    ]);
  }

  paint();
  loadDiff();
  await reload();
  let rest = 0;
  repeat(1000, signal, async () => {
    // What has ended changes no more; a slow look keeps the times and a late log right.
    rest += 1;
    if (OVER.includes(record.status) && rest % 10 !== 0) return;
    await reload();
  });
}

const tone = (verdict) => ({ pass: 'ok', fail: 'bad' })[verdict] ?? 'wait';
