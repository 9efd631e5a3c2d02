// Colours for code, by families of languages. The text stays as it is: ranges over it are registered with the browser
// (CSS Custom Highlight API), and the style sheet colours ::highlight(kw), (str), (com) and (num).

const MAX_CHARS = 50_000; // 10 ms of work; what is longer is data rather than something to read
const NAMES = ['com', 'str', 'kw', 'num'];

const QUOTED = /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?/;
const HASH = /(?<!\S)#.*/;
const BLOCK = /\/\*[^]*?(?:\*\/|(?![^]))/; // what nothing closes goes to the end

// No pattern may try what it has tried before from the next character on: a line of 50,000 dashes would take minutes.
const FAMILIES = [
  [/^(te?xt|plain|plaintext|output|log|md|markdown|csv)?$/, null],
  [/^(py\w*|rb|ruby|exs?|elixir|r|jl|julia|nim)$/, family(/#.*/, either(/"""[^]*?"""|'''[^]*?'''/, QUOTED), words(
    'and as assert async await begin break case class continue def del do elif else elsif end ensure except False false '
    + 'finally for from function if import in is lambda match module next nil None not or pass raise rescue return self '
    + 'then True true try unless until when while with yield'))],
  [/^(\w*sh|shell|console|docker\w*|make\w*|ya?ml|toml|ini|conf|env|properties|nginx|hcl|tf|perl|ps1)$/,
    family(HASH, QUOTED, either(/^[ \t-]*[\w.][\w.-]*(?=:(?:\s|$))/, words('case do done elif else esac exit export fi for '
      + 'function if in local return set sudo then until while true false FROM RUN COPY CMD ENTRYPOINT ENV ARG WORKDIR')))],
  [/sql$/, family(either(/--.*/, BLOCK), QUOTED, words('add all alter and as asc begin between by case check commit '
    + 'constraint create cross database default delete desc distinct drop else end exists foreign from full group having '
    + 'if in index inner insert into is join key left like limit not null offset on or order outer primary references '
    + 'returning right rollback select set table then union unique update using values view when where with'), 'i')],
  [/^(x?html?|xml|svg|vue|svelte|jsp)$/, family(/<!--[^]*?(?:-->|(?![^]))/, /(?=["'])(?<==\s*)(?:"[^"]*"?|'[^']*'?)/, /<[/!?]?[\w:.-]+|[/?]?>/)],
  [/^(s?css|less)$/, family(BLOCK, QUOTED, /[@!][\w-]+|(?<![\w-])[\w-]+(?=\s*:)/)],
  [/^(diff|patch)$/, family(/^-.*/, /^\+.*/, /^@@.*/)],
  [/./, family(either(/\/\/.*/, BLOCK), either(QUOTED, /`(?:[^`\\]|\\[^])*`?/), words('abstract as assert async await bool '
    + 'boolean break byte case catch char class const continue def default defer delete do double else enum export extends '
    + 'extern false final finally float fn for foreach from fun func function go goto if impl implements import in '
    + 'instanceof int interface internal let long match mod module mut namespace new nil null of override package private '
    + 'protected pub public readonly record return sealed self short signed sizeof static string struct super switch '
    + 'synchronized this throw throws trait true try type typeof undefined union unsafe unsigned use using val var virtual '
    + 'void volatile while where with yield'))],
];

function words(list) {
  return new RegExp(`\\b(?:${list.replaceAll(' ', '|')})\\b`);
}

function either(a, b) {
  return new RegExp(`${a.source}|${b.source}`);
}

/** What is not coloured is passed over word by word, lest a keyword or number be found within. */
function family(comment, string, keyword, flags = '') {
  return new RegExp(`(${comment.source})|(${string.source})|(${keyword.source})|(\\b\\d[\\w.]*)|[A-Za-z_$][\\w$]*`, `gm${flags}`);
}

const rangesOf = new WeakMap(); // code element to [Highlight, range] of each
const languageOf = new WeakMap();

// With each change of the page the browser looks at all ranges again. So only what is in sight, or close, has any.
const sight = globalThis.CSS?.highlights && new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) isIntersecting && target.isConnected ? colour(target) : fade(target);
}, /** @type {any} */ ({ scrollMargin: '50%' }));

/** Colours the text of `code` where it is seen; it must not change any more. Without browser support, or when it is long: nothing. */
export function highlight(code, language) {
  languageOf.set(code, language);
  sight?.observe(code);
}

/** Gives up what was coloured below `root`, which leaves the page. */
export function forget(root) {
  for (const code of root.querySelectorAll('code')) {
    sight?.unobserve(code);
    fade(code);
  }
}

function fade(code) {
  for (const [group, range] of rangesOf.get(code) ?? []) group.delete(range);
  rangesOf.delete(code);
}

function colour(code) {
  const text = code.textContent;
  const [, pattern] = FAMILIES.find(([languages]) => languages.test(languageOf.get(code)));
  if (!pattern || text.length > MAX_CHARS || rangesOf.has(code)) return;
  const place = placesIn(code);
  const ranges = /** @type {[Highlight, StaticRange][]} */ ([]);
  for (const match of text.matchAll(pattern)) {
    const name = NAMES.find((_, i) => match[i + 1]);
    if (name) ranges.push([registered(name), rangeOver(place(match.index), place(match.index + match[0].length))]);
  }
  for (const [group, range] of ranges) group.add(range);
  rangesOf.set(code, ranges);
}

function registered(name) {
  if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
  return CSS.highlights.get(name);
}

/** A function from rising offsets in the text of `code` to where they are: its text may be in several nodes. */
function placesIn(code) {
  const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  let before = 0;
  let text = /** @type {Text} */ (texts.nextNode());
  return offset => {
    while (offset - before > text.data.length) {
      before += text.data.length;
      text = /** @type {Text} */ (texts.nextNode());
    }
    return { text, offset: offset - before };
  };
}

function rangeOver(start, end) {
  return new StaticRange({ startContainer: start.text, startOffset: start.offset, endContainer: end.text, endOffset: end.offset });
}
