// The API key: asked for when the server wants one, kept for this tab, and on this device only if asked to.
import { $ } from './dom.js';
import { local, tab } from './store.js';
import { words } from './words-shell.js';

// A key is text; what else may lie there is not ours.
const recall = (store) => [store.get('key')].find((key) => typeof key === 'string');
const mask = (key) => (key.length < 16 ? '…' : `${key.slice(0, 8)}…${key.slice(-4)}`);

export class Key {
  #conversations;
  #notice;
  #client;
  #isChecking = false;
  #isForgotten = false;
  value = recall(tab) ?? recall(local);

  constructor(notice) {
    this.#notice = notice;
    $('key-open').onclick = () => this.#open();
    $('key-form').onsubmit = (event) => this.#submit(event);
    $('key-forget').onclick = () => { this.#isForgotten = true; this.#use(); };
    $('key-dialog').onclose = () => this.#closed();
    addEventListener('storage', ({ key }) => { // remembered in another tab
      if (key === 'nova.key' && recall(local) && this.#client.state === 'unauthorized') this.#use(recall(local), true);
    });
  }

  show(conversations) {
    const { client, signal } = conversations;
    this.#conversations = conversations;
    this.#client = client;
    client.addEventListener('state', (event) => this.#change(event), { signal });
    if (client.state === 'unauthorized') this.#remind();
  }

  #change({ state, code }) {
    if (state === 'unauthorized') return this.#refused(code);
    if (state === 'open') {
      this.#notice.clear('key');
      if (this.#isChecking) $('key-dialog').close('used');
    }
    if (state === 'waiting' && this.#isChecking) this.#why(words.key.away);
  }

  #refused(code) {
    const other = recall(local);
    if (other && other !== this.value) return this.#use(other, true); // another tab has remembered it meanwhile
    const wasWrong = this.#isChecking || (this.value && code !== 4012);
    this.#isChecking = false;
    this.#keep();
    if (this.#isForgotten) return this.#remind();
    this.#open(code === 4012 ? words.key.expired : words.key.asked);
    if (wasWrong) $('key-error').textContent = words.key.wrong;
  }

  #open(why = this.value ? words.key.inUse(mask(this.value)) : words.key.none) {
    this.#why(why);
    $('key-error').textContent = '';
    $('key-forget').hidden = !this.value;
    $('key-dialog').returnValue = '';
    if (!$('key-dialog').open) $('key-dialog').showModal();
    $('key-field').select();
  }

  #submit(event) {
    event.preventDefault();
    const key = $('key-field').value.trim();
    if (!key) return $('key-field').focus();
    this.#why(words.key.checking);
    this.#use(key, $('key-remember').checked);
  }

  #use(key, remember) {
    this.#keep(key, remember);
    this.#isForgotten &&= !key;
    this.#isChecking = !!key;
    this.#conversations.setToken(key);
    if (!key || this.#client.state !== 'connecting') $('key-dialog').close(key && 'used'); // there is no verdict to wait for
  }

  #keep(key, remember = false) {
    this.value = key;
    tab.remove('key');
    local.remove('key');
    if (key) (remember ? local : tab).set('key', key);
  }

  #closed() {
    this.#isChecking = false;
    $('key-field').value = '';
    if (this.#client.state === 'unauthorized') this.#remind();
  }

  #remind() {
    this.#notice.say('key', words.key.asked, words.key.enter, () => this.#open(words.key.asked));
  }

  #why(sentence) {
    $('key-why').textContent = sentence;
  }
}
