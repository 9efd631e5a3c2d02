// Draws an answer while it arrives. There is no HTML text anywhere on the way: marked's lexer makes tokens, and those
// become elements one by one.

import { renew } from '../dom.js';
import { forget } from '../highlight.js';
import { element } from './dom.js';
import { Lines } from './lines.js';
import { Tail } from './tail.js';

const MAX_CHARS = 2_000_000; // what follows is shown as plain text: a tab has to hold all of it

/** Renders a whole text at once. */
export function renderMarkdown(root, text) {
  const stream = new MarkdownStream(root);
  stream.write(text);
  stream.end();
}

/** Draws into `root`, which it has for itself. */
export class MarkdownStream {
  #root;
  #tail;
  #source = '';
  #heldReturn = ''; // it may be half of a line end
  #plainText = ''; // what is shown as it is
  #plainShown = 0;
  #plain = null;
  #failed = false;
  #ended = false;

  constructor(root) {
    this.#root = root;
    this.#restart();
  }

  /** Takes more text; nothing is drawn yet. */
  write(text) {
    const whole = this.#heldReturn + text;
    this.#heldReturn = whole.endsWith('\r') ? '\r' : '';
    this.#take(whole.slice(0, whole.length - this.#heldReturn.length).replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd'));
  }

  /** Brings the page up to date. */
  paint() {
    this.#try(() => this.#tail.paint(this.#source));
    if (this.#plainShown === this.#plainText.length) return;
    this.#plain ??= new Lines(this.#root.appendChild(element('div', { className: 'plain', dir: 'auto' })));
    this.#plain.append(this.#plainText.slice(this.#plainShown));
    this.#plainShown = this.#plainText.length;
  }

  /** Paints for the last time, and settles what was open. */
  end() {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#heldReturn) this.#take('\n');
    this.#try(() => this.#finish());
    this.paint();
  }

  #take(text) {
    const room = this.#failed ? 0 : MAX_CHARS - this.#source.length;
    this.#source += text.slice(0, room);
    this.#plainText += text.slice(room);
  }

  #finish() {
    this.#tail.end(this.#source);
    if (this.#tail.hasMissedDefinitions && !this.#plain) this.#relink();
  }

  /** A definition makes links of what stands before it: all is drawn once more, and what is another now takes its place. */
  #relink() {
    const fresh = element('div');
    new Tail(fresh).end(this.#source);
    const [old, now] = [this.#root, fresh].map(root => [...root.children].flatMap(group => [...group.childNodes]));
    renew(this.#root.lastChild, old, now);
    fresh.append(...old.filter(node => !this.#root.contains(node)));
    forget(fresh);
  }

  /** Whatever goes wrong, be it nesting too deep for the stack: the reader gets the text. */
  #try(draw) {
    if (this.#failed) return;
    try {
      draw();
    } catch {
      this.#failed = true;
      this.#restart();
      this.#plain = null;
      this.#plainShown = 0;
      this.#plainText = this.#source + this.#plainText;
    }
  }

  #restart() {
    forget(this.#root);
    this.#root.replaceChildren();
    this.#tail = new Tail(this.#root);
  }
}
