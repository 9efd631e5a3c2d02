// Colours for code, by families of languages. The text stays as it is: ranges over it are registered with the
// browser (CSS Custom Highlight API), and the style sheet colours ::highlight(kw), (str), (com) and (num).

const MAX_CHARS = 50_000; // about 10 ms of work; longer code is more often data than something to read
const NAMES = ['kw', 'str', 'com', 'num'];

const STRING = /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?/;
const NUMBER = /\b\d[\w.]*/;
const SLASHES = /\/\/.*|\/\*[^]*?(?:\*\/|$)/;

const words = text => new RegExp(`\\b(?:${text.replaceAll(' ', '|')})\\b`);

const C = family(SLASHES, either(STRING, /`(?:[^`\\]|\\[^])*`?/), words('abstract as assert async await bool boolean '
  + 'break byte case catch chan char class const constexpr continue def default defer delete do double dyn else enum '
  + 'export extends extern false final finally float fn for foreach from fun func function go goto if impl implements '
  + 'import in instanceof int interface internal is let long match mod module mut namespace new nil null object of '
  + 'override package private protected pub public range readonly record return sealed self short signed sizeof static '
  + 'string struct super switch synchronized template this throw throws trait true try type typeof undefined union '
  + 'unsafe unsigned use using val var virtual void volatile when where while with yield'));

const FAMILIES = [
  [/^(text|txt|plain|plaintext|output|log|md|markdown|csv)?$/, null],
  [/^(py\w*|python\d?|rb|ruby|ex|elixir|r|julia|jl|nim)$/, family(/#.*/, either(/"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)/, STRING),
    words('and as assert async await begin break case class continue def del do elif else elsif end ensure except False '
      + 'finally for from function global if import in is lambda let match module next nil None nonlocal not or pass '
      + 'raise require rescue return self then True true false try unless until when while with yield'))],
  [/^(sh|bash|zsh|fish|shell|console|docker\w*|make\w*|ya?ml|toml|ini|conf|env|properties|nginx|hcl|terraform|tf|perl|pl|ps1|powershell)$/,
    family(/(?<![^\s])#.*/, STRING, either(/^[ \t-]*[\w.-]+(?=:(?:\s|$))/, words('case do done elif else esac exit export '
      + 'false fi for from function if in local null return run set sudo then true unset until while FROM RUN COPY ADD '
      + 'CMD ENTRYPOINT ENV ARG EXPOSE WORKDIR USER')))],
  [/sql$/, family(either(/--.*/, SLASHES), STRING, words('add all alter and as asc begin between by case check column '
    + 'commit constraint create database default delete desc distinct drop else end exists foreign from full group having '
    + 'if in index inner insert into is join key left like limit not null offset on or order outer primary references '
    + 'returning right rollback select set table then transaction union unique update using values view when where with'),
  'i')],
  [/^(x?html|xml|svg|vue|svelte|jsp)$/, family(/<!--[^]*?(?:-->|$)/, /(?<==\s*)(?:"[^"]*"?|'[^']*'?)/, /<[/!?]?[\w:.-]+|[/?]?>/)],
  [/^(diff|patch)$/, family(/^-.*/, /^\+.*/, /^@@.*/)],
  [/^(css|scss|less)$/, family(/\/\*[^]*?(?:\*\/|$)/, STRING, /[@!][\w-]+|[\w-]+(?=\s*:)/)],
  [/./, C],
];

function either(...patterns) {
  return new RegExp(patterns.map(pattern => pattern.source).join('|'));
}

function family(com, str, kw, flags = '') {
  const word = /[A-Za-z_$][\w$]*/; // skipped as a whole, lest a keyword or number be found within
  return new RegExp(`(?<com>${com.source})|(?<str>${str.source})|(?<kw>${kw.source})|(?<num>${NUMBER.source})|${word.source}`,
    `gm${flags}`);
}

const registry = globalThis.CSS?.highlights;
const highlights = new Map();
const rangesOf = new WeakMap();

function highlightNamed(name) {
  if (!highlights.has(name)) {
    highlights.set(name, new Highlight());
    registry.set(name, highlights.get(name));
  }
  return highlights.get(name);
}

/** Colours the text of `code`, once; it must not change afterwards. */
export function highlight(code, language) {
  const text = code.textContent;
  if (!registry || text.length > MAX_CHARS || rangesOf.has(code)) return;
  const [, pattern] = FAMILIES.find(([languages]) => languages.test(language));
  if (!pattern) return;
  const ranges = [];
  const place = placesIn(code);
  for (const { 0: found, index, groups } of text.matchAll(pattern)) {
    const name = NAMES.find(each => groups[each]);
    if (name) ranges.push([name, rangeOver(place(index), place(index + found.length))]);
  }
  for (const [name, range] of ranges) highlightNamed(name).add(range);
  rangesOf.set(code, ranges);
}

/** Gives up what was coloured below `root`, which leaves the page. */
export function forget(root) {
  for (const code of root.querySelectorAll('code')) {
    for (const [name, range] of rangesOf.get(code) ?? []) highlights.get(name).delete(range);
    rangesOf.delete(code);
  }
}

/** A function from rising offsets in the text of `code` to [text node, offset]. */
function placesIn(code) {
  const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  let before = 0;
  texts.nextNode();
  return offset => {
    while (offset - before > texts.currentNode.data.length) {
      before += texts.currentNode.data.length;
      texts.nextNode();
    }
    return [texts.currentNode, offset - before];
  };
}

function rangeOver([startContainer, startOffset], [endContainer, endOffset]) {
  return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
}
