// Whole blocks, from marked's tokens.

import { words } from '../words.js';
import { element } from './dom.js';
import { decode } from './entities.js';
import { inline, MAX_DEPTH } from './inline.js';

/** The element for a block, or an empty text node for what is not shown. Throws RangeError when nested too deep. */
export function block(token, depth = 0) {
  if (depth > MAX_DEPTH) throw new RangeError('nested too deep');
  switch (token.type) {
    case 'heading': return heading(token, depth);
    case 'paragraph': case 'text': return filled('p', token.tokens ?? [token], depth);
    case 'hr': return element('hr');
    case 'blockquote': return element('blockquote', {}, ...token.tokens.map(inner => block(inner, depth + 1)));
    case 'code': return code(token);
    case 'list': return list(token, depth);
    case 'table': return table(token);
    case 'space': case 'def': return document.createTextNode('');
    default: return element('p', {}, token.raw.trimEnd()); // HTML is shown, never run
  }
}

function filled(tag, tokens, depth = 0) {
  const node = element(tag);
  inline(tokens, node, depth);
  return node;
}

/** The page has one h1, which is not in an answer: `#` is an h2. */
function heading(token, depth) {
  const node = filled(`h${Math.min(token.depth + 1, 6)}`, token.tokens, depth);
  node.dataset.level = token.depth;
  return node;
}

function code(token) {
  const language = decode(token.lang ?? '').split(/\s/, 1)[0];
  const copy = element('button', { type: 'button', className: 'copy' }, words.copy);
  copy.setAttribute('aria-label', words.copyCode);
  const caption = element('figcaption', {}, element('span', { className: 'language' }, language || 'text'), copy);
  const text = element('code', { translate: false }, token.text.replace(/\n$/, ''));
  const figure = element('figure', { className: 'code' }, caption, element('pre', { tabIndex: 0, dir: 'ltr' }, text));
  figure.dataset.language = language.toLowerCase();
  return figure;
}

/** An empty list, whose first item has the number `start`. */
export function emptyList(ordered, start) {
  if (!ordered) return element('ul');
  return element('ol', start === 1 ? {} : { start });
}

function list(token, depth) {
  const node = emptyList(token.ordered, token.start);
  node.append(...token.items.map(each => item(each, depth + 1)));
  return node;
}

export function item(token, depth = 1) {
  const node = element('li');
  for (const inner of token.tokens) {
    if (inner.type === 'text') inline(inner.tokens ?? [inner], node, depth);
    else if (inner.type === 'checkbox') inline([inner], node);
    else node.append(block(inner, depth));
  }
  return node;
}

const BLOCK = /^(P|[OU]L|BLOCKQUOTE|FIGURE|DIV|HR|H\d)$/;

/** Makes a paragraph of each run of text in an item. */
export function loosen(listItem) {
  let paragraph = null;
  for (const child of [...listItem.childNodes]) {
    if (BLOCK.test(child.nodeName)) paragraph = null;
    else if (paragraph) paragraph.append(child);
    else if (child.nodeName !== '#text' || child.data) child.replaceWith(paragraph = element('p')), paragraph.append(child);
  }
}

/** Takes that back. */
export function tighten(listItem) {
  for (const paragraph of listItem.querySelectorAll(':scope > p')) paragraph.replaceWith(...paragraph.childNodes);
}

function table(token) {
  const node = emptyTable(token);
  node.querySelector('tbody').append(...token.rows.map(cells => row(cells, 'td')));
  return node;
}

/** A table with its header only, in a box that can be scrolled with the keyboard. */
export function emptyTable(token) {
  const head = element('thead', {}, row(token.header, 'th'));
  const box = element('div', { className: 'table', tabIndex: 0, role: 'region', ariaLabel: words.table });
  box.append(element('table', {}, head, element('tbody')));
  return box;
}

export function row(cells, tag) {
  const node = element('tr');
  for (const cell of cells) {
    const made = filled(tag, cell.tokens);
    if (cell.align) made.className = cell.align;
    node.append(made);
  }
  return node;
}
