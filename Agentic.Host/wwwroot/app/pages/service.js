// One service after it was made: bringing it today's templates, and publishing it.
import { announce, h, renew } from '../dom.js';
import { icon } from '../icons.js';
import { intent, operation, post, Problem } from '../api.js';
import { schemaForm } from '../schema-form.js';
import { diffView } from '../preview.js';
import { bones, busy, button, card, copyButton, empty, faultNotice, notice, pageHead } from '../parts.js';
import { hasEnded, plural } from '../words.js';

const TONES = { conflicted: 'bad', kept: 'wait', stays_deleted: 'wait', merged: 'run', updated: 'ok', added: 'ok', removed: 'idle' };
const WORDS = { conflicted: 'Conflict', kept: 'Kept', stays_deleted: 'Stays deleted', merged: 'Merged', updated: 'Updated', added: 'Added', removed: 'Removed' };
const PLACE = ['connection', 'repository', 'branch'];

/** The schema with only some of its members. */
const part = (schema, keeps) => ({ ...schema, required: (schema?.required ?? []).filter(keeps), properties: Object.fromEntries(Object.entries(schema?.properties ?? {}).filter(([member]) => keeps(member))) });

export async function show({ outlet, parts: [name], signal, title }) {
  title(name);
  const base = `/services/${encodeURIComponent(name)}`;
  const keyFor = intent();
  const [update, publish] = await Promise.all([operation('update_service'), operation('publish_service')]);
  renew(outlet, pageHead(name, 'Bring it the templates of today, or publish it.', h('a', { class: 'button', href: `#/workflows?service=${encodeURIComponent(name)}` }, icon('list'), 'Its workflows')),
    h('div', { class: 'stack' }, update && updateCard(update), publish && publishCard(publish),
      !update && !publish && h('div', { class: 'card' }, empty('box', 'Not on this host', 'This host offers no update or publishing to you.'))));

  function updateCard({ request }) {
    const place = schemaForm(part(request, (member) => PLACE.includes(member)));
    const result = h('div', { class: 'stack', 'aria-live': 'polite' });
    const look = button('Look for changes', () => {
      if (place.check() > 0) return;
      renew(result, bones(3));
      busy(look, async () => paint(await ran(`${base}/update`, { ...place.value(), preview: true })),
        (problem) => renew(result, problem.errors.length > 0 && place.setErrors(problem.errors) > 0 ? null : faultNotice(problem)));
    }, { mark: 'search' });
    return card('Templates', h('div', { class: 'stack' },
      h('p', { class: 'muted' }, 'What the templates changed since the service was made is merged with what people changed. Edits stay, deleted files stay deleted, and the update goes to a branch of its own.'),
      h('details', {}, h('summary', {}, 'The repository is elsewhere'), place.element), h('div', { class: 'row' }, look), result));

    function paint(found) {
      if (found.files.length === 0) {
        renew(result, notice('ok', 'check', h('strong', {}, 'Up to date. '), `The templates make nothing new of commit ${found.basedOn.slice(0, 10)}.`));
        return;
      }
      const go = button('Update', () => busy(go, async () => {
        const wanted = { ...place.value(), commit: found.basedOn };
        const made = await post(`${base}/update`, wanted, { key: keyFor(['update', name, wanted]) });
        location.hash = `#/workflows/${encodeURIComponent(made.workflowId)}`;
      }, (problem) => renew(fault, faultNotice(problem))), { kind: 'primary', mark: 'play' });
      const fault = h('div', {});
      renew(result,
        found.conflicts > 0 && notice('wait', 'alert', h('strong', {}, `${plural(found.conflicts, 'conflict')}. `), 'Both sides changed the same place; both stand in the file between markers, for a person to decide.'),
        found.templates.length > 0 && h('p', { class: 'small muted wrap' }, found.templates.join(' · ')),
        h('ul', { class: 'rows' }, found.files.map((file) => h('li', {}, h('div', { class: 'row-between' }, h('code', { class: 'wrap' }, file.path), h('span', { class: `pill tone-${TONES[file.change] ?? 'idle'}` }, WORDS[file.change] ?? file.change)), file.note && h('p', { class: 'small muted wrap' }, file.note)))),
        found.diff && h('details', {}, h('summary', {}, 'Differences'), h('div', { class: 'stack-tight' }, diffView(found.diff, 'Differences'), h('div', { class: 'row' }, copyButton(found.diff, 'Differences')))),
        fault, h('div', { class: 'row' }, go));
      announce(`${plural(found.files.length, 'file')} to update, ${plural(found.conflicts, 'conflict')}`);
    }
  }

  function publishCard({ request }) {
    const fields = schemaForm(part(request, (member) => member !== 'serviceName'));
    const fault = h('div', {});
    const go = button('Publish', () => {
      renew(fault);
      if (fields.check() > 0) return;
      busy(go, async () => {
        const wanted = fields.value();
        const made = await post(`${base}/publish`, wanted, { key: keyFor(['publish', name, wanted]) });
        location.hash = `#/workflows/${encodeURIComponent(made.workflowId)}`;
      }, (problem) => renew(fault, problem.errors.length > 0 && fields.setErrors(problem.errors) > 0 ? h('p', { class: 'muted small', role: 'status' }, problem.message) : faultNotice(problem)));
    }, { kind: 'primary', mark: 'play' });
    return card('Publish', h('div', { class: 'stack' }, h('p', { class: 'muted' }, 'To a server this host is configured for. What is there already is found, not made again.'), fields.element, fault, h('div', { class: 'row' }, go)));
  }

  /** The result of durable work that takes a moment; a refusal of its task is thrown in the host's words. */
  async function ran(path, body) {
    const record = await post(path, body, { signal, headers: { Prefer: 'wait=20' } });
    const task = record.tasks?.[0];
    if (task?.result) return task.result;
    if (task?.error) throw new Problem(422, { detail: task.error.reason, errors: task.error.errors });
    throw new Problem(hasEnded(record.status) ? 422 : 503, { detail: record.reason ?? 'It takes longer than usual; look at the workflow.' });
  }
}
