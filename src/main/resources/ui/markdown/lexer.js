// marked's lexer, held to what an answer may cost.

import { Lexer } from '../vendor/marked-18.2.1/marked.esm.js';

// Of a paragraph; the search for marks that never close grows with the square of either.
const MAX_INLINE_CHARS = 10_000;
const MAX_INLINE_MARKS = 500;
const MARK = /[*_~]/g;

/** The tokens of a text, and whether it defines references. */
export function lex(text) {
  const lexer = new BoundedLexer({ gfm: true });
  const tokens = lexer.lex(text);
  return { tokens, hasDefinitions: Object.keys(tokens['links']).length > 0 };
}

/** What is too long for a paragraph is text, without marks in it. */
class BoundedLexer extends Lexer {
  inlineTokens(source, tokens = []) {
    if (!isTooMuch(source)) return super.inlineTokens(source, tokens);
    tokens.push({ type: 'text', raw: source, text: source });
    return tokens;
  }
}

function isTooMuch(source) {
  return source.length > MAX_INLINE_CHARS || (source.match(MARK)?.length ?? 0) > MAX_INLINE_MARKS;
}
