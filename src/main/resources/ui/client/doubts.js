// Turns that the server seems not to know. It is asked until it is clear what became of them.
import { unanswered } from './error.js';

const PATIENCE_MS = 3_000; // for what is on its way

export class Doubts {
  #open = new Map(); // with each how it ends, where that is certain, if nothing more is heard of it
  #line; #post; #turns;

  constructor(line, post, turns) {
    this.#line = line;
    this.#post = post;
    this.#turns = turns;
  }

  has(turn) { return this.#open.has(turn); }
  delete(turn) { this.#open.delete(turn); }

  /** A snapshot did not name these. */
  begin(turns) { this.#open = new Map(turns.map((turn) => [turn, undefined])); }

  /** The server said that it is over, or another tab did. Its end, or it itself, may be on its way. */
  add(turn, end = 'failed') {
    this.#open.set(turn, end);
    this.settle();
  }

  settle() {
    if (!this.#post.isOpen || !this.#open.size) return;
    if (!this.#line.after('settle', PATIENCE_MS, () => this.settle())) return;
    for (const [turn, end] of this.#open) if (turn.own && !end) this.#post.repeat(turn);
    this.#line.tell({ type: 'ping' });
  }

  /** All that there is was told, and `running` is the id of what runs or waits first. */
  conclude(running) {
    for (const [turn, end] of this.#open) {
      if ((turn.id && running === turn.id) || (turn.own && !end)) continue;
      if (end === 'stopped' || this.#post.stops(turn)) this.#turns.end(turn, 'stopped');
      else this.#turns.end(turn, 'failed', unanswered());
    }
  }
}
