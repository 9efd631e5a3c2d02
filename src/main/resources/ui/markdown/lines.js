// Text that only grows. One long text is laid out anew with every letter, so finished lines are set apart in boxes
// of their own, which the style sheet lets the browser skip while they are out of sight.

import { element } from './dom.js';

const LINES_A_BOX = 40;

export class Lines {
  #parent;
  #before;
  #text = null;
  #ended = 0;

  /** Grows within `parent`, in front of the node `before`, or at its end. */
  constructor(parent, before = null) {
    this.#parent = parent;
    this.#before = before;
  }

  append(text) {
    for (let from = 0; from < text.length;) {
      if (this.#ended === LINES_A_BOX) this.#wrap();
      const to = this.#reach(text, from);
      this.#open().appendData(text.slice(from, to));
      from = to;
    }
  }

  /** A file's last line end is not part of what is shown or copied. */
  dropLastLineEnd() {
    if (this.#text?.data.endsWith('\n')) this.#text.data = this.#text.data.slice(0, -1);
  }

  #reach(text, from) {
    let to = from;
    while (this.#ended < LINES_A_BOX) {
      const end = text.indexOf('\n', to);
      if (end < 0) return text.length;
      to = end + 1;
      this.#ended++;
    }
    return to;
  }

  #open() {
    if (!this.#text) this.#parent.insertBefore(this.#text = document.createTextNode(''), this.#before);
    return this.#text;
  }

  #wrap() {
    const box = element('span', { className: 'lines' });
    this.#text.replaceWith(box);
    box.append(this.#text);
    this.#text = null;
    this.#ended = 0;
  }
}
