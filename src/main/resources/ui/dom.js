// Elements from names and text, never from markup.

/** @returns {any} */
export const $ = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The drawing `#i-<name>` of index.html. */
export function icon(name) {
  const [svg, use] = ['svg', 'use'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, onclick) {
  return make('button', { type: 'button', className: 'icon', title: label, ariaLabel: label, onclick }, icon(name));
}
