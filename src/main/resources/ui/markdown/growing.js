// Lists and tables of the open tail: what is finished in them keeps its elements, and its source is not lexed again.

import { emptyList, emptyTable, item, row } from './blocks.js';
import { element } from './dom.js';

const STAY_OPEN = 2; // a later item can make the one before it loose, so these two are lexed together
const CUT_AT_LEAST = 8;
const ITEMS_A_LIST = 50; // laying out a list costs as much as it has items
const LONG_TABLE_ROWS = 100; // from here on the style sheet fixes the columns, which else costs a look at every row

class Growing {
  #open = []; // { raw, node } of what may still change
  settled = 0;

  /** Makes the open nodes those of `parts`, { raw, token }; a part with the same text as before keeps its node. */
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

  /** Settles what cannot change any more; returns how many characters of source that was. */
  cut() {
    const count = this.#open.length - STAY_OPEN;
    if (count < CUT_AT_LEAST || !this.certain(this.#open.at(-1).raw)) return 0;
    this.settled += count;
    return this.#open.splice(0, count).reduce((sum, { raw }) => sum + raw.length, 0);
  }

  get firstOpen() {
    return this.#open[0].raw;
  }
}

export class GrowingList extends Growing {
  prefix = '';
  #token;
  #loose;
  #part; // the <ul> or <ol> that takes the next item

  constructor(token) {
    super();
    this.#token = token;
    this.#loose = token.loose;
    this.node = this.#part = emptyList(token.ordered, token.start);
    this.accepts(token);
  }

  /** Takes what the list has become; false if it is another block now. */
  accepts(token) {
    const { ordered, start } = this.#token;
    if (token.type !== 'list' || token.ordered !== ordered || (!this.settled && token.start !== start)) return false;
    if (token.loose !== this.#loose) this.#setLoose(token.loose);
    const items = token.items.slice(this.prefix ? 1 : 0);
    this.grow(items.map(each => ({ raw: each.raw, token: each })), item);
    return true;
  }

  /** A rest of a loose list is loose too: to the lexer's eye an item with an empty line after it stands before it. */
  cut() {
    const length = super.cut();
    if (length && this.#loose) this.prefix = `${/^ *(?:\d+.|.)/.exec(this.firstOpen)[0]} .\n\n`;
    return length;
  }

  /** A lone `-` may still become a word or a rule, and then the list ended before it. */
  certain(raw) {
    return /^ *\S+[ \t]+[^\s*_-]/.test(raw);
  }

  put(node, index) {
    if (this.#part.childElementCount >= ITEMS_A_LIST) this.#split(index);
    this.#part.append(node);
  }

  drop(node) {
    node.remove();
    const before = this.#part.previousElementSibling;
    if (this.#part.firstChild || this.#part === this.node || !before) return;
    this.#part.remove();
    this.#part = before;
  }

  /** Goes on in another list of the same look; the first split puts a box around them. */
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
    this.#loose = loose;
    this.grow([], item);
    for (const settled of this.node.querySelectorAll(':scope > li, :scope > * > li')) (loose ? loosen : tighten)(settled);
  }
}

const BLOCK = /^(?:P|[OU]L|BLOCKQUOTE|FIGURE|DIV|HR|H\d)$/;

/** Each run of text within an item becomes a paragraph, as the lexer would have had it. */
function loosen(listItem) {
  let paragraph = null;
  for (const child of [...listItem.childNodes]) {
    if (BLOCK.test(child.nodeName)) paragraph = null;
    else if (paragraph) paragraph.append(child);
    else if (child.nodeName !== '#text' || child.data) {
      paragraph = element('p');
      child.replaceWith(paragraph);
      paragraph.append(child);
    }
  }
}

function tighten(listItem) {
  for (const paragraph of listItem.querySelectorAll(':scope > p')) paragraph.replaceWith(...paragraph.childNodes);
}

export class GrowingTable extends Growing {
  prefix = ''; // the header, which makes the rest a table
  #header;
  #align;

  constructor(token) {
    super();
    this.#header = token.header.map(cell => cell.text).join('\n');
    this.#align = token.align.join();
    this.node = emptyTable(token);
    this.accepts(token);
  }

  accepts(token) {
    if (token.type !== 'table' || token.align.join() !== this.#align) return false;
    if (token.header.map(cell => cell.text).join('\n') !== this.#header) return false;
    const lines = token.raw.trimEnd().split('\n').map(line => `${line}\n`);
    this.headerRaw = lines.slice(0, 2).join('');
    this.grow(token.rows.map((cells, i) => ({ raw: lines[i + 2], token: cells })), cells => row(cells, 'td'));
    return true;
  }

  cut() {
    const length = super.cut();
    if (!length || this.prefix) return length;
    this.prefix = this.headerRaw;
    return length + this.prefix.length;
  }

  certain() {
    return true;
  }

  put(node, index) {
    const table = this.node.querySelector('table');
    if (index >= LONG_TABLE_ROWS) table.className = 'long';
    table.tBodies[0].append(node);
  }

  drop(node) {
    node.remove();
  }
}
