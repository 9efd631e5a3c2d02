// marked's lexer, held to what an answer may cost.

import { Lexer } from '../vendor/marked-18.2.1/marked.esm.js';

const MAX_INLINE_CHARS = 10_000; // of a paragraph; the search for marks that never close grows with the square of it

/** The tokens of a text, and whether it defines references. */
export function lex(text) {
  const lexer = new BoundedLexer({ gfm: true });
  const tokens = lexer.lex(text);
  return { tokens, hasDefinitions: Object.keys(tokens['links']).length > 0 };
}

/** What is too long for a paragraph is text, without marks in it. */
class BoundedLexer extends Lexer {
  inlineTokens(source, tokens = []) {
    if (source.length <= MAX_INLINE_CHARS) return super.inlineTokens(source, tokens);
    tokens.push({ type: 'text', raw: source, text: source });
    return tokens;
  }
}
