// A code fence that is still open: nothing in it is Markdown, so its lines are appended and never lexed again.

import { Lines } from './lines.js';

const OPENING = /^( {0,3})(`{3,}|~{3,})[^\n]*\n/;

export class Fence {
  #lines;
  #partial = document.createTextNode('');
  #indent;
  #closing;
  #maybeClosing;

  /** The fence that `token` leaves open, with `figure` already made from it; null if it is no such token. */
  static leftOpen(token, figure) {
    const opening = token.type === 'code' && OPENING.exec(token.raw);
    if (!opening) return null;
    const fence = new Fence(opening, figure.querySelector('code'));
    const last = token.raw.trimEnd().split('\n').slice(1).at(-1);
    return fence.#closing.test(last ?? '') ? null : fence;
  }

  /** @param {string[]} opening */
  constructor([opening, indent, marks], code) {
    this.code = code;
    this.openingLength = opening.length;
    this.#lines = new Lines(code, this.#partial);
    // The lexer takes the fence's own indent off the lines of ``` but not of ~~~, and so do we.
    this.#indent = marks[0] === '`' ? new RegExp(`^\\s{0,${indent.length}}`) : /^/;
    this.#closing = new RegExp(`^ {0,3}${marks}${marks[0]}* *$`);
    this.#maybeClosing = new RegExp(`^ {0,3}${marks[0]}* *$`);
  }

  /** From here on the text of the code element is ours. */
  begin() {
    this.code.replaceChildren(this.#partial);
  }

  /** Takes the lines of `source` from `at` on; tells where it stopped and whether the fence is closed. */
  read(source, at) {
    const lines = [];
    for (let end; (end = source.indexOf('\n', at)) >= 0; at = end + 1) {
      const line = source.slice(at, end);
      if (this.#closing.test(line)) return this.#close(lines, end + 1);
      lines.push(line.replace(this.#indent, ''), '\n');
    }
    this.#lines.append(lines.join(''));
    const rest = source.slice(at);
    this.#partial.data = this.#maybeClosing.test(rest) ? '' : rest.replace(this.#indent, '');
    return { at, closed: false };
  }

  /** The answer ends in the line `rest`: it closes the fence, or is code itself. */
  end(rest) {
    this.#close(this.#closing.test(rest) ? [] : [rest.replace(this.#indent, '')]);
  }

  #close(lines, at) {
    this.#lines.append(lines.join(''));
    this.#partial.remove();
    this.#lines.dropLastLineEnd();
    return { at, closed: true };
  }
}
