// What goes on while there is nothing to read: the step that the Orchestrator is at, and the seconds.
import { el, setText } from './dom.js';
import { duration } from './stats.js';
import { words } from './words.js';

const PATIENCE_MS = 3_000; // after that the seconds show that something still goes on

export class Progress {
  root = el('p', { class: 'progress', hidden: true });
  #turn;
  #timer = 0;
  #says = el('span');
  #seconds = el('span', { class: 'seconds' });

  constructor(turn) {
    this.#turn = turn;
    this.root.append(this.#says, this.#seconds);
  }

  paint() {
    const { state, status, text } = this.#turn;
    const isToolAtWork = status?.state === 'running' && status.step !== 'generating';
    this.root.hidden = state !== 'running' || (text !== '' && !isToolAtWork);
    if (this.root.hidden) return this.stop();
    setText(this.#says, words.step(status));
    this.#tick();
    this.#timer ||= setInterval(() => this.#tick(), 1_000);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #tick() {
    const { durationMs } = this.#turn.stats;
    setText(this.#seconds, durationMs > PATIENCE_MS ? duration(Math.floor(durationMs / 1_000) * 1_000) : '');
  }
}
