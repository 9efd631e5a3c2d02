// Links and images: where an answer may point to, and how the reader learns where that is before the click.

import { words } from '../words.js';
import { element } from './dom.js';
import { decode } from './entities.js';

const PROTOCOLS = new Set(['https:', 'http:', 'mailto:']);

// Characters that turn the reading direction, so that an address can be made to look like another one.
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

// As a browser reads a host: dots have several shapes, and what cannot be seen counts for nothing.
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
const HOST = /(?<![\p{L}\p{N}.-])(?:[\p{L}\p{N}-]+[.\u3002])+[\p{L}\p{N}-]{2,}/gu;

/** The URL, if it is absolute, of an allowed protocol and without user name or password in it; else null. */
function allowed(href) {
  try {
    const url = new URL(href);
    return PROTOCOLS.has(url.protocol) && !url.username && !url.password ? url : null;
  } catch {
    return null;
  }
}

/** An empty link to `href`, or a span that only names it. */
function anchor(href, className) {
  const url = allowed(href);
  if (!url) return element('span', { className, title: href });
  const link = element('a', { className, href: url.href, title: url.href, target: '_blank', dir: 'auto' });
  link.rel = 'noopener noreferrer nofollow';
  link.referrerPolicy = 'no-referrer';
  return link;
}

/** A link; `fill` puts the text into it. */
export function link(token, fill) {
  const href = decode(token.href);
  const made = anchor(href, '');
  made.removeAttribute('class');
  fill(made);
  if (made.textContent.search(BIDI) >= 0) made.textContent = made.textContent.replace(BIDI, '');
  const { host } = allowed(href) ?? {};
  if (host && namesAnotherHost(made.textContent, host)) made.append(element('span', { className: 'host' }, ` (${host})`));
  return made;
}

/** Images are never fetched: the request alone could carry data out. `inLink`: a link holds no second one. */
export function image(token, alt, inLink) {
  const href = decode(token.href);
  const host = allowed(href)?.host;
  const chip = inLink ? element('span', { className: 'image' }) : anchor(href, 'image');
  chip.append(words.image(alt.replace(BIDI, ''), host));
  return chip;
}

function namesAnotherHost(text, host) {
  const seen = text.normalize('NFKC').replace(UNSEEN, '');
  return [...seen.matchAll(HOST)].some(([name]) => allowed(`https://${name}`)?.host !== host);
}
