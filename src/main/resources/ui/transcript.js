// The conversation on the page: the client's turns, in its order.
import { copyFrom } from './clipboard.js';
import { hide } from './dom.js';
import { drawMessage } from './message.js';
import { Scroll } from './scroll.js';
import { words } from './words.js';

const SPOKEN_CHARS = 1_000; // a minute of speech; whoever wants more of an answer reads it

export class Transcript {
  #client;
  #parts;
  #scroll;
  #shown = new AbortController();
  #messages = new Map(); // by turn
  #begun = new WeakSet(); // turns whose beginning was announced

  constructor(parts) {
    this.#parts = parts;
    this.#scroll = new Scroll(parts);
    parts.older.onclick = () => this.#loadOlder();
    parts.log.addEventListener('click', ({ target }) => {
      const button = target.closest('button.copy');
      if (target.closest('.fold')) this.#scroll.stay();
      if (button) copyFrom(button, button.closest('figure').querySelector('code').textContent, parts.announcer);
    });
  }

  /** Shows another conversation. */
  show(client) {
    this.#shown.abort();
    this.#shown = new AbortController();
    for (const message of this.#messages.values()) message.remove();
    this.#messages.clear();
    this.#client = client;
    this.#parts.notice.clear('older');
    this.#listen((type, act) => client.addEventListener(type, act, { signal: this.#shown.signal }));
    this.#arrange();
    this.#scroll.pin();
  }

  #listen(on) {
    const refresh = ({ turn }) => this.#messages.get(turn)?.refresh();
    on('turns', () => this.#arrange());
    on('turn', ({ turn }) => this.#add(turn));
    on('delta', refresh);
    on('rewrite', ({ turn }) => this.#messages.get(turn)?.rewrite());
    on('change', (event) => { refresh(event); this.#begin(event.turn); });
    on('end', ({ turn }) => this.#messages.get(turn)?.end((spoken) => this.#end(turn, spoken)));
    on('state', () => this.#retell());
    on('synced', () => this.#retell());
  }

  get #name() {
    return this.#client.identity?.name || words.assistant;
  }

  /** Brings the page into the client's order; what stands in its place is not touched. */
  #arrange() {
    const turns = new Set(this.#client.turns);
    for (const [turn, message] of this.#messages) {
      if (turns.has(turn)) continue;
      message.remove();
      this.#messages.delete(turn);
    }
    for (const turn of [...turns].reverse()) this.#messageOf(turn); // the latest is drawn first: there one looks
    let next = this.#parts.log.firstChild;
    for (const article of [...turns].flatMap((turn) => this.#messageOf(turn).articles)) {
      if (article === next) next = next.nextSibling;
      else this.#parts.log.insertBefore(article, next);
    }
    this.#retell();
  }

  #messageOf(turn) {
    let message = this.#messages.get(turn);
    if (!message) {
      message = drawMessage(turn, { client: this.#client, announcer: this.#parts.announcer });
      message.rename(this.#name);
      this.#messages.set(turn, message);
    }
    return message;
  }

  #add(turn) {
    this.#parts.log.append(...this.#messageOf(turn).articles);
    if (turn.state === 'unsent') this.#scroll.pin(); // asked here, not in another tab
  }

  #begin(turn) {
    if (turn.state !== 'running' || this.#begun.has(turn)) return;
    this.#begun.add(turn);
    this.#parts.announcer.say(words.answering(this.#name));
  }

  #end(turn, spoken) {
    const { text } = turn;
    const whole = () => text.length > SPOKEN_CHARS ? words.answered(text.match(/\S+/g).length) : spoken();
    this.#parts.announcer.say(words.ending(turn) || whole());
  }

  /** What depends on the connection: what unsent turns wait for, the assistant's name, whether there are older turns. */
  #retell() {
    hide(this.#parts.older, !this.#client.hasOlder, this.#parts.scroller);
    for (const [turn, message] of this.#messages) {
      message.rename(this.#name);
      if (turn.state === 'unsent') message.refresh();
    }
  }

  async #loadOlder() {
    const { older, notice } = this.#parts;
    const client = this.#client;
    if (older.ariaDisabled === 'true') return;
    older.ariaDisabled = 'true'; // disabled, it would lose the focus
    notice.clear('older');
    await client.loadOlder().catch(() => client === this.#client && notice.say('older', words.notLoaded));
    older.ariaDisabled = 'false';
  }
}
