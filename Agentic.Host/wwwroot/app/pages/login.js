import { h, renew } from '../dom.js';
import { post } from '../api.js';
import { busy, faultNotice } from '../parts.js';

export function show({ outlet, done }) {
  document.title = 'Sign in · Agentic';
  const fault = h('div', {});
  const key = h('input', { class: 'input', id: 'api-key', type: 'password', autocomplete: 'current-password', required: true, 'aria-describedby': 'api-key-hint' });
  const submit = h('button', { class: 'button primary', type: 'submit' }, 'Sign in');
  const send = (event) => {
    event.preventDefault();
    busy(submit, async () => {
      await post('/session/login', { apiKey: key.value.trim() });
      key.value = '';
      done();
    }, (problem) => {
      renew(fault, faultNotice(problem));
      key.select();
    });
  };
  renew(outlet, h('form', { class: 'login card', onsubmit: send }, h('div', { class: 'card-body stack' },
    h('h1', { tabindex: -1 }, 'Sign in'),
    h('p', { class: 'muted' }, 'This host asks for an API key. It is exchanged for a session in this browser and not kept.'),
    h('div', { class: 'field' }, h('label', { for: 'api-key' }, 'API key'), key,
      h('span', { class: 'hint', id: 'api-key-hint' }, 'An administrator hands them out; the first one is in the host\'s configuration.')),
    fault, submit)));
  key.focus();
}
