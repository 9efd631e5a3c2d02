// The few ways in which this directory makes elements; text always enters as text nodes.

const TAGS = new Set(('a blockquote br button code del div em figcaption figure h2 h3 h4 h5 h6 hr input li ol p pre '
  + 'span strong table tbody td th thead tr ul').split(' '));

/** An element of the fixed list, with properties of our own choice: nothing here may come from an answer unchecked. */
export function element(tag, properties = {}, ...children) {
  if (!TAGS.has(tag)) throw new TypeError(`no <${tag}> in an answer`);
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
