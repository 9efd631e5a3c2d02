// Character references. Without an HTML parser (Trusted Types forbid it) each name costs bytes, so only those that
// people and models write are known: signs of HTML itself, typography, Latin-1, arrows and mathematics. Any other
// name stays as it was written, which is readable too.

const NAMES = new Map();

/** `names` stand for `characters`, one for one. */
function add(names, characters) {
  const each = [...characters];
  names.split(' ').forEach((name, i) => NAMES.set(name, each[i]));
}

add('amp lt gt quot apos colon sol Tab NewLine lpar rpar lsqb rsqb ast lowbar grave num', '&<>"\':/\t\n()[]*_`#');
add('hellip mdash ndash lsquo rsquo ldquo rdquo sbquo bdquo lsaquo rsaquo bull dagger permil euro trade minus check',
  '…—–‘’“”‚„‹›•†‰€™−✓');
add('larr uarr rarr darr harr lArr rArr hArr forall exist empty isin notin sum prod radic infin and or cap cup int',
  '←↑→↓↔⇐⇒⇔∀∃∅∈∉∑∏√∞∧∨∩∪∫');
add('ne le ge asymp equiv sub sup alpha beta gamma delta epsilon theta lambda mu pi sigma phi omega Delta Sigma Omega',
  '≠≤≥≈≡⊂⊃αβγδεθλμπσφωΔΣΩ');
'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro '
  .concat('para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig ',
    'Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash ',
    'Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ',
    'ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ',
    'ucirc uuml yacute thorn yuml')
  .split(' ').forEach((name, i) => NAMES.set(name, String.fromCharCode(0xa0 + i)));

/** `text` with its character references replaced by the characters they stand for. */
export function decode(text) {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (written, decimal, hex, name) =>
    name ? NAMES.get(name) ?? written : character(parseInt(decimal ?? hex, decimal ? 10 : 16)));
}

function character(code) {
  const none = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return none ? '\ufffd' : String.fromCodePoint(code);
}
