// What the model says to itself: folded, and followed to its end by who opens it.
import { el } from './dom.js';
import { paintSoon } from './paint.js';
import { words } from './words.js';

const NEAR_PX = 24; // a line; this close to the end is following

export class Thinking {
  #turn;
  #text = new Text();
  #pane = el('div', { class: 'thought', dir: 'auto', tabindex: 0 }, this.#text);

  constructor(turn) {
    this.#turn = turn;
    this.root = el('details', { class: 'thinking', hidden: true }, el('summary', {}, words.thinking), this.#pane);
    this.root.ontoggle = () => paintSoon(() => this.paint());
  }

  paint() {
    const { thinking } = this.#turn;
    this.root.hidden = !thinking;
    if (!this.root.open || thinking.length === this.#text.length) return;
    const { scrollTop, scrollHeight, clientHeight } = this.#pane;
    this.#text.data = thinking;
    if (scrollHeight - clientHeight - scrollTop <= NEAR_PX) this.#pane.scrollTop = this.#pane.scrollHeight;
  }
}
