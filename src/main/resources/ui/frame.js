// A row of the inspector: a frame in figures, and, for whoever opens it, as it went over the wire.
import { copyButton } from './clipboard.js';
import { el } from './dom.js';
import { parsed } from './frames.js';
import { count, duration } from './stats.js';
import { words } from './words.js';

export function drawFrame({ direction, at, bytes, gapMs, data }, announcer) {
  const frame = parsed(data);
  const row = el('details', { 'data-direction': direction, ontoggle: open }, el('summary', {},
    el('span', {}, at.toISOString().slice(11, 23)),
    el('span', { 'aria-hidden': 'true' }, direction === 'in' ? '↓' : '↑'),
    el('span', { class: 'unseen' }, words.inspector.directions[direction]),
    el('strong', {}, typeof frame?.type === 'string' ? frame.type : '?'),
    el('span', {}, Number.isInteger(frame?.seq) ? `#${frame.seq}` : ''),
    el('span', {}, `${count(bytes)} B`),
    el('span', {}, `+${duration(gapMs)}`)));
  return row;

  function open() {
    if (!row.open) return;
    const json = frame ? JSON.stringify(frame, null, 2) : data;
    if (row.childElementCount === 1) row.append(el('pre', { tabindex: 0 }, json), copyButton(() => json, announcer));
    row.scrollIntoView({ block: 'nearest' });
  }
}
