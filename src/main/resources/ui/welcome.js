// What stands where nothing has been said: a greeting and things to ask. Also who it is that one talks to.
import { $, el, hide } from './dom.js';
import { local } from './store.js';
import { words } from './words-shell.js';
import { brief } from './words.js';

export class Welcome {
  #client;
  #isNew;

  constructor(send) {
    for (const [verb, rest] of Object.entries(words.suggestions)) {
      const onclick = () => send(`${verb} ${rest}`);
      $('suggestions').append(el('button', { type: 'button', onclick }, verb, el('span', {}, rest)));
    }
  }

  /** A conversation that has begun gets no welcome while it is being loaded. */
  show(client, isNew, signal) {
    this.#client = client;
    this.#isNew = isNew;
    for (const type of ['turn', 'turns', 'session']) client.addEventListener(type, () => this.#draw(), { signal });
    client.addEventListener('synced', () => { this.#isNew = true; this.#draw(); }, { signal });
    this.#draw();
  }

  #draw() {
    const { identity = local.get('identity'), turns } = this.#client;
    hide($('welcome'), turns.length > 0 || !this.#isNew);
    $('greeting').textContent = identity?.greeting || words.greeting;
    const name = brief(identity?.name || 'Nova');
    $('name').textContent = document.title = name;
    $('message').placeholder = words.placeholder(name);
    if (this.#client.identity) local.set('identity', identity);
  }
}
