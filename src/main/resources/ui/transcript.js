// The conversation on the page: a message for each turn of the client, in its order, each drawn once and then kept.
import { copyFrom } from './clipboard.js';
import { Message } from './message.js';
import { paintSoon } from './paint.js';
import { Scroll } from './scroll.js';
import { words } from './words.js';

const SPOKEN_CHARS = 1_000; // a minute of speech; who wants more of an answer reads it

export class Transcript {
  #log;
  #older;
  #announcer;
  #scroll;
  #client;
  #listeners = new AbortController();
  #messages = new Map();
  #begun = new WeakSet();

  constructor({ scroller, log, older, jump, announcer }) {
    this.#log = log;
    this.#older = older;
    this.#announcer = announcer;
    this.#scroll = new Scroll(scroller, log, jump);
    older.onclick = () => this.#loadOlder();
    log.addEventListener('click', ({ target }) => this.#copyCode(target.closest('button.copy')));
  }

  /** Shows another conversation. */
  show(client) {
    this.#listeners.abort();
    this.#listeners = new AbortController();
    for (const message of this.#messages.values()) message.remove();
    this.#messages.clear();
    this.#client = client;
    this.#listen(client, { signal: this.#listeners.signal });
    this.#arrange();
    this.#scroll.pin();
  }

  #listen(client, options) {
    const on = (type, act) => client.addEventListener(type, act, options);
    const refresh = ({ turn }) => this.#messages.get(turn)?.refresh();
    on('turns', () => this.#arrange());
    on('turn', ({ turn }) => this.#add(turn));
    on('delta', refresh);
    on('rewrite', ({ turn }) => this.#messages.get(turn)?.rewrite());
    on('change', (event) => { refresh(event); this.#begin(event.turn); });
    on('end', (event) => { refresh(event); paintSoon(() => this.#end(event.turn)); });
    on('state', () => this.#retell());
    on('synced', () => this.#retell());
  }

  get #name() {
    return this.#client.identity?.name || words.assistant;
  }

  /** Brings the page into the client's order; what stands in its place already is not touched. */
  #arrange() {
    const turns = new Set(this.#client.turns);
    for (const [turn, message] of this.#messages) {
      if (turns.has(turn)) continue;
      message.remove();
      this.#messages.delete(turn);
    }
    let next = this.#log.firstChild;
    for (const article of [...turns].flatMap((turn) => this.#messageOf(turn).articles)) {
      if (article === next) next = next.nextSibling;
      else this.#log.insertBefore(article, next);
    }
    this.#older.hidden = !this.#client.hasOlder;
  }

  #messageOf(turn) {
    let message = this.#messages.get(turn);
    if (!message) {
      message = new Message(turn, { client: this.#client, name: this.#name, announcer: this.#announcer });
      this.#messages.set(turn, message);
    }
    return message;
  }

  #add(turn) {
    this.#log.append(...this.#messageOf(turn).articles);
    if (turn.state === 'unsent') this.#scroll.pin(); // asked here, not in another tab
  }

  #begin(turn) {
    if (turn.state !== 'running' || this.#begun.has(turn)) return;
    this.#begun.add(turn);
    this.#announcer.say(words.answering(this.#name));
  }

  #end(turn) {
    const message = this.#messages.get(turn);
    if (!message) return;
    const ending = words.ending(turn);
    const text = turn.text.length > SPOKEN_CHARS ? words.answered(turn.text.match(/\S+/g).length) : message.spoken;
    this.#announcer.say(ending || text);
  }

  /** What depends on the connection, not on a turn: what unsent ones wait for, the assistant's name. */
  #retell() {
    this.#older.hidden = !this.#client.hasOlder;
    for (const [turn, message] of this.#messages) {
      message.rename(this.#name);
      if (turn.state === 'unsent') message.refresh();
    }
  }

  async #loadOlder() {
    const older = this.#older;
    older.disabled = true;
    older.textContent = words.loading;
    try {
      await this.#client.loadOlder();
    } catch {
      this.#announcer.say(words.notLoaded);
    }
    older.disabled = false;
    older.textContent = words.older;
  }

  #copyCode(button) {
    if (button) copyFrom(button, button.closest('figure').querySelector('code').textContent, this.#announcer);
  }
}
