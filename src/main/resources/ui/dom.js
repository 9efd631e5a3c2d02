// Finds elements, and builds them without strings of HTML: what is text stays text.

const SVG = 'http://www.w3.org/2000/svg';

/** By its id. @returns {any} */
export const $ = (id) => document.getElementById(id);

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [attributes] functions are listeners (`onclick`), `false` and `undefined` are left out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children);
  return node;
}

export const isTouch = () => matchMedia('(pointer: coarse)').matches;

/** Takes the focus out of what goes: to the message field; on phones, lest the keyboard come up, to the messages. */
export function leave(node, next) {
  if (!node.contains(document.activeElement)) return;
  (next ?? $(isTouch() ? 'scroller' : 'message')).focus({ preventScroll: true });
}

/** Hides it, or shows it again. */
export function hide(node, isHidden, next) {
  if (isHidden) leave(node, next);
  node.hidden = isHidden;
}

/** Whether an input method is at work with a key; Safari says so by 229 only. */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** A small button with words on it. */
export const button = (label, onclick, attributes = {}) => el('button', { type: 'button', onclick, ...attributes }, label);

/** Writes only where something differs: what did not change is not laid out again, nor read out again. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Makes `now` of `old`, which is in `parent`. What is the same stays: it may be read, selected or pressed. */
export function renew(parent, old, now) {
  for (const gone of old.slice(now.length)) gone.remove();
  now.forEach((node, i) => {
    if (!old[i]) parent.append(node);
    else if (!old[i].isEqualNode(node)) old[i].replaceWith(node);
  });
}

/** The drawing `#i-<name>` of index.html. */
function icon(name) {
  const [svg, use] = ['svg', 'use'].map((tag) => document.createElementNS(SVG, tag));
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export const iconButton = (name, label, onclick) =>
  el('button', { type: 'button', class: 'icon', title: label, 'aria-label': label, onclick }, icon(name));
