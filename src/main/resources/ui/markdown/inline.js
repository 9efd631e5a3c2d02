// Marks within a line, from marked's tokens.

import { words } from '../words.js';
import { element } from './dom.js';
import { decode } from './entities.js';
import { image, link } from './links.js';

// Far beyond what anybody writes; deeper trees cost more to lay out than an answer is worth.
export const MAX_DEPTH = 100;

/** Puts `tokens` into `parent`. Throws RangeError when they are nested too deep. */
export function inline(tokens, parent, depth = 0, inLink = false) {
  if (depth > MAX_DEPTH) throw new RangeError('nested too deep');
  for (const token of tokens) parent.append(mark(token, depth + 1, inLink || parent.nodeName === 'A'));
}

function mark(token, depth, inLink) {
  const filled = node => {
    inline(token.tokens, node, depth, inLink);
    return node;
  };
  switch (token.type) {
    case 'text': return token.tokens ? filled(document.createDocumentFragment()) : decode(token.text);
    case 'escape': return token.text;
    case 'strong': case 'em': case 'del': return filled(element(token.type));
    case 'codespan': return element('code', { translate: false }, token.text);
    case 'br': return element('br');
    case 'link': return link(token, filled);
    case 'image': return image(token, plainText(token.tokens ?? [token]), inLink);
    case 'checkbox': return checkbox(token.checked);
    default: return token.raw; // HTML among others
  }
}

function plainText(tokens) {
  return tokens.map(token => {
    if (token.type === 'image' || !token.tokens) return decode(token.type === 'br' ? ' ' : token.text ?? token.raw);
    return plainText(token.tokens);
  }).join('');
}

function checkbox(done) {
  const box = element('input', { type: 'checkbox', disabled: true, defaultChecked: done });
  box.setAttribute('aria-label', done ? words.done : words.toDo);
  return box;
}
