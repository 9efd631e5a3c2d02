// How the connection stands: a dot and words, the seconds until the next attempt, and a button for the impatient.
import { $, hide } from './dom.js';
import { words } from './words-shell.js';
import { words as said } from './words.js';

const ABOUT_KEYS = ['unauthorized', 'token_expired']; // there is a dialog for them
const PASSING = ['rate_limited', 'auth_unavailable', 'store_unavailable', 'draining']; // until a connection opens

export class Connection {
  #client;
  #notice;
  #announcer;
  #retryAt = 0;
  #told = words.told.open; // nobody needs to hear that it is as it should be
  #due = this.#told;
  #timer;

  constructor(notice, announcer) {
    this.#notice = notice;
    this.#announcer = announcer;
    $('connect-now').onclick = () => {
      if (this.#client.state === 'closed') this.#client.open();
      else this.#client.wake();
    };
    for (const type of ['online', 'offline']) addEventListener(type, () => this.#draw());
  }

  show(client, signal) {
    this.#client = client;
    client.addEventListener('state', (event) => this.#change(event), { signal });
    client.addEventListener('fault', ({ error }) => this.#fault(error), { signal });
    this.#notice.clear('connection');
    this.#notice.clear('fault');
    this.#retryAt = 0;
    this.#draw();
  }

  #change({ state, code, retryInMs }) {
    this.#retryAt = performance.now() + (retryInMs ?? 0);
    this.#draw();
    this.#tell(state);
    const sentence = words[state]?.[code] ?? (state === 'closed' && code && words.closed.other);
    if (sentence) this.#notice.say('connection', sentence);
    else if (state === 'open') this.#notice.clear('connection');
  }

  #tell(state) {
    const text = words.told[state];
    if (text === this.#due || state === 'connecting') return; // an attempt is no news
    this.#due = text;
    this.#announcer.later(text !== this.#told && text, () => { this.#told = text; });
  }

  #fault(error) {
    if (ABOUT_KEYS.includes(error.code)) return;
    this.#notice.say(PASSING.includes(error.code) ? 'connection' : 'fault', said.error(error));
  }

  #draw() {
    const { state } = this.#client;
    const leftMs = this.#retryAt - performance.now();
    clearTimeout(this.#timer);
    document.documentElement.dataset.conn = state;
    $('connection-state').textContent = state === 'waiting'
      ? words.connection.waiting(Math.ceil(Math.max(0, leftMs) / 1000), !navigator.onLine)
      : words.connection[state];
    hide($('connect-now'), state !== 'waiting' && state !== 'closed');
    if (state === 'waiting' && leftMs > 0) this.#timer = setTimeout(() => this.#draw(), leftMs % 1000 || 1000);
  }
}
