// Links and images: where an answer may point to, and how the reader learns where that is before the click.

import { BIDI, words } from '../words.js';
import { element } from './dom.js';
import { decode } from './entities.js';

const PROTOCOLS = new Set(['https:', 'http:', 'mailto:']);

// As a browser reads a host: dots have several shapes, and what cannot be seen counts for nothing.
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Mark}]/gu; // a line through a dot hides it from a program only
const ADDRESS = /https?:\/\/[^\s<>"']+/giu;
const LOCAL_PART = /[^\s<>"']*@/gu; // of a mail address
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
  const host = otherHost(made.textContent, allowed(href));
  if (host) made.append(element('span', { className: 'host' }, ` (${host})`));
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

/** Where `url` leads, if `text` names another place; else nothing. */
function otherHost(text, url) {
  if (!url) return '';
  const isMail = url.protocol === 'mailto:';
  const host = isMail ? url.pathname.split('@').at(-1).toLowerCase() : url.host;
  const seen = (isMail ? text.replace(LOCAL_PART, '') : text).normalize('NFKC').replace(UNSEEN, '');
  const hosts = [...seen.matchAll(HOST)].map(([name]) => `https://${name}`);
  const named = [...hosts, ...[...seen.matchAll(ADDRESS)].map(([address]) => address)];
  return named.some(address => allowed(address)?.host !== host) ? host : '';
}
