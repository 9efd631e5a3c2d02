// Draws an answer while it arrives. Only its open tail is lexed again; finished blocks are never touched, so a paint
// costs as much as the tail is long, not as the answer. There is no HTML text anywhere on the way: marked's lexer
// makes tokens, and those become elements one by one.

import { Lexer } from '../vendor/marked-18.2.1/marked.esm.js';
import { forget, highlight } from '../highlight.js';
import { block } from './blocks.js';
import { element } from './dom.js';
import { Fence } from './fence.js';
import { GrowingList, GrowingTable } from './growing.js';
import { Lines } from './lines.js';

const MAX_CHARS = 2_000_000; // what follows is shown as plain text: a tab has to hold all of it
const STAY_OPEN = 2; // a `2` after a list can become `2.`, which makes it part of the list
const BLOCKS_A_GROUP = 16; // the browser lays out groups, not hundreds of siblings

/** Renders a whole text at once. */
export function renderMarkdown(root, text) {
  const stream = new MarkdownStream(root);
  stream.write(text);
  stream.end();
}

/** Draws into `root`, which it has for itself. */
export class MarkdownStream {
  #root;
  #source = '';
  #heldReturn = '';
  #plainText = ''; // to be shown as it is
  #plainShown = 0;
  #plain = null;
  #failed = false;
  #ended = false;
  #defined = false; // whether a reference definition was seen: it may change what stands before it

  #at; // where the open tail begins in the source
  #painted; // how much of the source is shown
  #lexed; // how often
  #blocks; // of the open tail, not those in an open fence
  #fence;
  #group;

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
    this.#try(() => this.#paintTail());
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
    this.#try(() => this.#settleAll());
    this.paint();
  }

  #take(text) {
    const room = this.#failed ? 0 : MAX_CHARS - this.#source.length;
    this.#source += text.slice(0, room);
    this.#plainText += text.slice(room);
  }

  /** Whatever goes wrong, be it nesting too deep for the stack: the reader gets the text. */
  #try(draw) {
    if (this.#failed) return;
    try {
      draw();
    } catch {
      this.#failed = true;
      this.#restart();
      this.#group.remove();
      this.#plain = null;
      this.#plainShown = 0;
      this.#plainText = this.#source + this.#plainText;
    }
  }

  #restart() {
    forget(this.#root);
    this.#root.replaceChildren();
    this.#at = this.#painted = this.#lexed = 0;
    this.#blocks = [];
    this.#fence = null;
    this.#openGroup();
  }

  #settleAll() {
    this.#paintTail();
    if (this.#defined && this.#lexed > 1 && !this.#plain) {
      this.#restart();
      this.#paintTail();
    }
    if (this.#fence) this.#closeFence(fence => fence.end(this.#source.slice(this.#at)));
    this.#settle(this.#blocks.length);
  }

  #paintTail() {
    if (this.#painted === this.#source.length) return;
    this.#painted = this.#source.length;
    if (this.#fence && !this.#readFence()) return;
    this.#reconcile(this.#lex());
    this.#settle(this.#sure() - STAY_OPEN);
    this.#shorten();
  }

  /** The tail as [{ token, length }]: empty lines belong to the block before them. */
  #lex() {
    this.#lexed++;
    const prefix = this.#blocks[0]?.prefix ?? '';
    const lexer = new Lexer({ gfm: true });
    const parts = [];
    for (const token of lexer.lex(prefix + this.#source.slice(this.#at))) {
      if (token.type !== 'space') parts.push({ token, length: token.raw.length });
      else if (parts.length) parts.at(-1).length += token.raw.length;
      else this.#at += token.raw.lastIndexOf('\n') + 1; // the rest may be an indent
    }
    if (prefix) parts[0].length -= prefix.length;
    this.#defined ||= Object.keys(lexer.tokens['links']).length > 0;
    return parts;
  }

  /** Keeps the blocks that are still what they were, or have grown, and makes the others anew. */
  #reconcile(parts) {
    let kept = 0;
    while (kept < parts.length && this.#blocks[kept]?.accepts(parts[kept].token)) kept++;
    for (const gone of this.#blocks.splice(kept)) gone.node.remove();
    for (const { token } of parts.slice(kept)) this.#blocks.push(this.#open(token));
    parts.forEach(({ length }, i) => { this.#blocks[i].length = length; });
  }

  #open(token) {
    const opened = token.type === 'list' ? new GrowingList(token)
      : token.type === 'table' ? new GrowingTable(token) : new Whole(token);
    if (opened.node.nodeName !== 'FIGURE') opened.node.dir = 'auto';
    if (this.#group.childElementCount >= BLOCKS_A_GROUP) this.#openGroup();
    this.#group.append(opened.node);
    return opened;
  }

  /** How many open blocks there are for sure: one of a line that has not ended may yet belong to those before it. */
  #sure() {
    const last = this.#blocks.at(-1);
    const hasEnded = last && this.#source.includes('\n', this.#source.length - last.length);
    return this.#blocks.length - (hasEnded ? 0 : 1);
  }

  /** The first `count` open blocks are final. */
  #settle(count) {
    for (const settled of this.#blocks.splice(0, Math.max(0, count))) {
      this.#at += settled.length;
      colour(settled.node);
    }
  }

  /** Sees to it that a block which is long already costs no more than its end. */
  #shorten() {
    const last = this.#blocks.at(-1);
    const fence = last?.token && Fence.leftOpen(last.token, last.node);
    const cut = fence ? fence.openingLength : last?.cut?.() ?? 0;
    if (!cut) return;
    this.#settle(this.#blocks.length - 1);
    this.#at += cut;
    last.length -= cut;
    if (!fence) return;
    this.#blocks = [];
    this.#fence = fence;
    fence.begin();
    this.#readFence();
  }

  /** Whether the fence was closed, so that there may be something else after it. */
  #readFence() {
    const { at, closed } = this.#fence.read(this.#source, this.#at);
    this.#at = at;
    if (closed) this.#closeFence(() => {});
    return closed;
  }

  #closeFence(finish) {
    finish(this.#fence);
    colour(this.#fence.code.closest('figure'));
    this.#fence = null;
  }

  #openGroup() {
    this.#group = this.#root.appendChild(element('div', { className: 'group' }));
  }
}

/** A block that is drawn as a whole. */
class Whole {
  constructor(token) {
    this.token = token;
    this.node = block(token);
  }

  accepts(token) {
    return token.type === this.token.type && token.raw === this.token.raw;
  }
}

function colour(node) {
  const figures = node.nodeName === 'FIGURE' ? [node] : node.querySelectorAll?.('figure.code') ?? [];
  for (const figure of figures) highlight(figure.querySelector('code'), figure.dataset.language);
}
