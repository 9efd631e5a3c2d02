// marked's lexer, held to what an answer may cost.

import { Lexer } from '../vendor/marked-18.2.1/marked.esm.js';

// Of a paragraph; the search for marks that never close grows with the square of either.
const MAX_INLINE_CHARS = 10_000;
const MAX_INLINE_MARKS = 500;
const MARK = /[*_~]/g;

// Of an item of a list, lines of words times characters: each such line is held against all that follow it.
const MAX_ITEM = 4_000_000;
const FENCE = /^ {0,3}(?:`{3,}[^`]*|~{3,}.*)$/;
const WORDS = /^ {0,3}(?![-*+] |\d+[.)] )[^ ]/;

/** The tokens of a text, and whether it defines references. */
export function lex(text) {
  const lexer = new BoundedLexer({ gfm: true });
  const tokens = lexer.lex(text);
  return { tokens, hasDefinitions: Object.keys(tokens['links']).length > 0 };
}

/** What is too long for a paragraph, or for an item of a list, is text, without marks in it. */
class BoundedLexer extends Lexer {
  blockTokens(source, tokens = [], isLastClipped = false) {
    if (this.state.top || !isTooMuchForAnItem(source)) return super.blockTokens(source, tokens, isLastClipped);
    tokens.push({ type: 'text', raw: source, text: source });
    return tokens;
  }

  inlineTokens(source, tokens = []) {
    if (!isTooMuch(source)) return super.inlineTokens(source, tokens);
    tokens.push({ type: 'text', raw: source, text: source });
    return tokens;
  }
}

function isTooMuchForAnItem(source) {
  if (source.length ** 2 <= MAX_ITEM) return false;
  let [lines, isCode] = [0, false];
  for (const line of source.split('\n')) {
    if (FENCE.test(line)) isCode = !isCode;
    else if (!isCode && WORDS.test(line)) lines++;
  }
  return lines * source.length > MAX_ITEM;
}

function isTooMuch(source) {
  return source.length > MAX_INLINE_CHARS || (source.match(MARK)?.length ?? 0) > MAX_INLINE_MARKS;
}
