// Character references. The browser's own decoder is behind its HTML parser, which our policy locks; and of 2,125
// names only some are ever written. Any other stays as it stands in the source, which can be read as well.

const SIGNS = 'amp & lt < gt > quot " apos \' colon : sol / lpar ( rpar ) Tab \t NewLine \n hellip … mdash — ndash – lsquo ‘ '
  + 'rsquo ’ ldquo “ rdquo ” bull • dagger † permil ‰ euro € trade ™ minus − check ✓ larr ← uarr ↑ rarr → darr ↓ harr ↔ '
  + 'rArr ⇒ forall ∀ exist ∃ isin ∈ sum ∑ radic √ infin ∞ and ∧ or ∨ cap ∩ cup ∪ ne ≠ le ≤ ge ≥ asymp ≈ equiv ≡ alpha α '
  + 'beta β gamma γ delta δ epsilon ε theta θ lambda λ mu μ pi π sigma σ phi φ omega ω Delta Δ Sigma Σ Omega Ω';

// U+00A0 to U+00FF, in order.
const LATIN_1 = 'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute '
  + 'micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil '
  + 'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute '
  + 'Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute '
  + 'icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

const NAMES = new Map([
  ...LATIN_1.split(' ').map((name, i) => /** @type {const} */ ([name, String.fromCharCode(0xa0 + i)])),
  ...Array.from(SIGNS.matchAll(/(\w+) (.)/gsu), ([, name, sign]) => /** @type {const} */ ([name, sign])),
]);

/** `text` with its character references replaced by what they stand for. */
export function decode(text) {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (written, decimal, hex, name) =>
    name ? NAMES.get(name) ?? written : character(decimal ? Number(decimal) : parseInt(hex, 16)));
}

function character(code) {
  const none = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return none ? '\ufffd' : String.fromCodePoint(code);
}
