// One sentence above the composer about what went wrong and what to do. A later one takes its place.
import { button, el, hide, iconButton } from './dom.js';
import { words } from './words-shell.js';

export class Notice {
  #root;
  #topic;

  constructor(root) {
    this.#root = root;
  }

  /** With `action` as a button's words, and what it does. */
  say(topic, sentence, action, onclick) {
    this.#topic = topic;
    const parts = [el('span', {}, sentence)];
    if (action) parts.push(button(action, onclick));
    parts.push(iconButton('close', words.dismiss, () => this.clear(this.#topic)));
    this.#root.hidden = false; // first, else a screen reader has nothing to notice
    const hadFocus = this.#root.contains(document.activeElement);
    this.#root.replaceChildren(...parts);
    if (hadFocus) this.#root.querySelector('button').focus();
  }

  clear(topic) {
    if (topic !== this.#topic) return;
    this.#topic = undefined;
    hide(this.#root, true);
    this.#root.replaceChildren();
  }
}
