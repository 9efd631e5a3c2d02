// The figures of an answer: one short line, and the rest for who opens it.
import { el, setText } from './dom.js';
import { details, summary } from './stats.js';

export const table = (facts) => facts.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]);

export class Facts {
  #line = el('summary');
  #list = el('dl');
  root = el('details', { class: 'facts', hidden: true }, this.#line, this.#list);

  paint(turn) {
    const line = summary(turn);
    this.root.hidden = !line;
    setText(this.#line, line);
    this.#list.replaceChildren(...table(details(turn)));
  }
}
