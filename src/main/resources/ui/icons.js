// The drawings of index.html, and buttons that show one.
import { el } from './dom.js';

const SVG = 'http://www.w3.org/2000/svg';

/** `#i-<name>` */
export function icon(name) {
  const [svg, use] = ['svg', 'use'].map((tag) => document.createElementNS(SVG, tag));
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export const iconButton = (name, label, onclick) =>
  el('button', { type: 'button', class: 'icon', title: label, 'aria-label': label, onclick }, icon(name));
