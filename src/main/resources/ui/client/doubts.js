// Turns that the server seems not to know. It is asked until it is clear what became of them.
import { unanswered } from './error.js';

const PATIENCE_MS = 3_000; // for what is on its way

export class Doubts {
  #open = new Map(); // with each whether the server said itself that it is over
  #line; #post; #turns;

  constructor(line, post, turns) {
    this.#line = line;
    this.#post = post;
    this.#turns = turns;
  }

  has(turn) { return this.#open.has(turn); }
  delete(turn) { this.#open.delete(turn); }

  /** A snapshot did not name these. */
  begin(turns) { this.#open = new Map(turns.map((turn) => [turn, false])); }

  /** The server said that it is over. Its end may be on its way. */
  add(turn) {
    this.#open.set(turn, true);
    this.settle();
  }

  settle() {
    if (!this.#post.isOpen || !this.#open.size) return;
    if (!this.#line.after('settle', PATIENCE_MS, () => this.settle())) return;
    for (const [turn, isOver] of this.#open) if (turn.own && !isOver) this.#post.repeat(turn);
    this.#line.tell({ type: 'ping' });
  }

  /** All that there is was told, and `running` is the id of what runs or waits first. */
  conclude(running) {
    for (const [turn, isOver] of this.#open) {
      if (running === turn.id || (turn.own && !isOver)) continue;
      if (this.#post.stops(turn)) this.#turns.end(turn, 'stopped');
      else this.#turns.end(turn, 'failed', unanswered());
    }
  }
}
