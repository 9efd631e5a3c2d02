// Lists and tables of the open tail: what is finished in them keeps its elements, and its source is not lexed again.

import { emptyList, emptyTable, item, loosen, row, tighten } from './blocks.js';
import { element } from './dom.js';

const STAY_OPEN = 2; // an item can make the one before it loose, so these two are lexed together
const CUT_AT_LEAST = 8;
const ITEMS_A_LIST = 50; // laying out a list costs as much as it has items
const LONG_TABLE_ROWS = 100; // from here on the style sheet fixes the columns, which else costs a look at each row

class Growing {
  /** What has to stand before the rest of the source, so that the lexer sees it as what it is. */
  prefix = '';
  settled = 0;
  #open = []; // { raw, node } of what may still change

  /** Makes the open nodes those of `parts`, { raw, token }; one with the same text as before keeps its node. */
  grow(parts, make) {
    let same = 0;
    while (same < parts.length && parts[same].raw === this.#open[same]?.raw) same++;
    for (const { node } of this.#open.splice(same).reverse()) this.drop(node);
    for (const { raw, token } of parts.slice(same)) {
      const node = make(token);
      this.put(node, this.settled + this.#open.length);
      this.#open.push({ raw, node });
    }
  }

  /** Settles what cannot change any more; returns how many characters of the source that was. */
  cut() {
    const count = this.#open.length - STAY_OPEN;
    if (count < CUT_AT_LEAST || !this.isSure(this.#open.at(-1).raw)) return 0;
    this.settled += count;
    const gone = this.#open.splice(0, count).map(({ raw }) => raw).join('');
    this.prefix = this.prefixBefore(this.#open[0].raw);
    return gone.length;
  }

  prefixBefore(_raw) {
    return '';
  }

  isSure(_raw) {
    return true;
  }

  put(_node, _index) {}

  drop(node) {
    node.remove();
  }
}

export class GrowingList extends Growing {
  #token;
  #part; // the <ul> or <ol> that takes the next item

  constructor(token) {
    super();
    this.#token = token;
    this.node = this.#part = emptyList(token.ordered, token.start);
    this.accepts(token);
  }

  /** Takes what the list has become; false if it is another block now. */
  accepts(token) {
    const { ordered, start, loose } = this.#token;
    if (token.type !== 'list' || token.ordered !== ordered || (!this.settled && token.start !== start)) return false;
    if (token.loose !== loose) this.#setLoose(token.loose);
    this.grow(token.items.slice(this.prefix ? 1 : 0).map(each => ({ raw: each.raw, token: each })), item);
    return true;
  }

  /** An item with an empty line after it makes the rest of a loose list loose. */
  prefixBefore(raw) {
    return this.#token.loose ? `${/^ *(?:\d+.|.)/.exec(raw)[0]} .\n\n` : '';
  }

  /** A lone `-` may yet become a word or a rule, and then the list ended before it. */
  isSure(raw) {
    return /^ *\S+[ \t]+[^\s*_-]/.test(raw);
  }

  put(node, index) {
    if (this.#part.childElementCount >= ITEMS_A_LIST) this.#split(index);
    this.#part.append(node);
  }

  drop(node) {
    super.drop(node);
    const before = this.#part.previousElementSibling;
    if (this.#part.firstChild || this.#part === this.node || !before) return;
    this.#part.remove();
    this.#part = before;
  }

  /** Goes on in a list of the same look that counts on; the first time, a box is put around them. */
  #split(index) {
    const { ordered, start } = this.#token;
    if (this.#part === this.node) {
      this.node = element('div', { className: 'list' });
      this.#part.replaceWith(this.node);
      this.node.append(this.#part);
    }
    this.#part = Object.assign(emptyList(ordered, Number(start) + index), { dir: 'auto' });
    this.node.append(this.#part);
  }

  #setLoose(loose) {
    this.#token = { ...this.#token, loose };
    this.grow([], item);
    for (const settled of this.node.querySelectorAll(':scope > li, .list > * > li')) (loose ? loosen : tighten)(settled);
  }
}

export class GrowingTable extends Growing {
  #columns;
  #header; // its two lines

  constructor(token) {
    super();
    this.#columns = columns(token);
    this.node = emptyTable(token);
    this.accepts(token);
  }

  accepts(token) {
    if (token.type !== 'table' || columns(token) !== this.#columns) return false;
    const lines = token.raw.trimEnd().split('\n').map(line => `${line}\n`);
    this.#header = lines.slice(0, 2).join('');
    this.grow(token.rows.map((cells, i) => ({ raw: lines[i + 2], token: cells })), cells => row(cells, 'td'));
    return true;
  }

  cut() {
    const above = this.prefix ? 0 : this.#header.length;
    const length = super.cut();
    return length && length + above;
  }

  prefixBefore() {
    return this.#header;
  }

  put(node, index) {
    const table = this.node.querySelector('table');
    if (index >= LONG_TABLE_ROWS) table.className = 'long';
    table.tBodies[0].append(node);
  }
}

function columns({ header }) {
  return header.map(({ text, align }) => `${align} ${text}`).join('\n');
}
