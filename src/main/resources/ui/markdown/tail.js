// The open tail of an answer: only this is lexed again. Finished blocks are never touched, so a paint costs as much as the
// tail is long, not as the answer.

import { highlight } from '../highlight.js';
import { block } from './blocks.js';
import { element } from './dom.js';
import { Fence } from './fence.js';
import { GrowingList, GrowingTable } from './growing.js';
import { lex } from './lexer.js';

const STAY_OPEN = 2; // a `2` after a list can become `2.`, which makes it part of the list
const LONG_PARAGRAPH_CHARS = 20_000; // nobody writes it; a longer one is laid out whole with each piece
const BLOCKS_A_GROUP = 16; // the browser lays out groups, not hundreds of siblings

export class Tail {
  #root;
  #at = 0; // where the tail begins in the source
  #painted = 0; // how much of the source is shown
  #lexed = 0; // how often
  #hasDefinitions = false;
  #blocks = []; // those of the tail, but for an open fence
  #fence = null;
  #group = null;

  constructor(root) {
    this.#root = root;
  }

  /** Whether a reference was defined after something was lexed that may refer to it. */
  get hasMissedDefinitions() {
    return this.#hasDefinitions && this.#lexed > 1;
  }

  /** Shows all of `source`, which begins with what it was the last time. */
  paint(source) {
    if (this.#painted === source.length) return;
    this.#painted = source.length;
    if (this.#fence && !this.#readFence(source)) return;
    this.#reconcile(this.#lex(source));
    this.#settle(this.#sure(source) - STAY_OPEN);
    this.#shorten(source);
  }

  /** The same, and nothing will follow. */
  end(source) {
    this.paint(source);
    this.#fence?.end(source.slice(this.#at));
    if (this.#fence) this.#leaveFence();
    this.#settle(this.#blocks.length);
  }

  /** The tail as [{ token, length }]: empty lines belong to the block before them. */
  #lex(source) {
    this.#lexed++;
    const prefix = this.#blocks[0]?.prefix ?? '';
    const { tokens, hasDefinitions } = lex(prefix + source.slice(this.#at));
    this.#hasDefinitions ||= hasDefinitions;
    const parts = [];
    for (const token of tokens) {
      if (token.type !== 'space') parts.push({ token, length: token.raw.length });
      else if (parts.length) parts.at(-1).length += token.raw.length;
      else this.#at += token.raw.lastIndexOf('\n') + 1; // the rest may be an indent
    }
    if (prefix) parts[0].length -= prefix.length;
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
    this.#openGroup().append(opened.node);
    return opened;
  }

  /** How many open blocks there are for sure: one of a line that has not ended may yet belong to those before it. */
  #sure(source) {
    const last = this.#blocks.at(-1);
    const hasEnded = last && source.includes('\n', source.length - last.length);
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
  #shorten(source) {
    const last = this.#blocks.at(-1);
    if (isEndless(last, source)) return this.#settle(this.#blocks.length);
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
    this.#readFence(source);
  }

  /** Whether the fence was closed, so that there may be something else after it. */
  #readFence(source) {
    const { at, closed } = this.#fence.read(source, this.#at);
    this.#at = at;
    if (closed) this.#leaveFence();
    return closed;
  }

  #leaveFence() {
    colour(this.#fence.code.closest('figure'));
    this.#fence = null;
  }

  /** The group that takes the next block. */
  #openGroup() {
    const isFull = !this.#group || this.#group.childElementCount >= BLOCKS_A_GROUP;
    if (isFull) this.#group = this.#root.appendChild(element('div', { className: 'group' }));
    return this.#group;
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

/** What follows will be another paragraph. Not within a character. */
function isEndless(last, source) {
  return last?.token?.type === 'paragraph' && last.length > LONG_PARAGRAPH_CHARS && !/[\ud800-\udbff]$/.test(source);
}

function colour(node) {
  const figures = node.nodeName === 'FIGURE' ? [node] : node.querySelectorAll?.('figure.code') ?? [];
  for (const figure of figures) highlight(figure.querySelector('code'), figure.dataset.language);
}
