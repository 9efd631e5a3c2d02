// The inspector's rows, one a frame, and the frame that was chosen as it went over the wire.
import { copyFrom } from './clipboard.js';
import { button, el } from './dom.js';
import { parsed, RING } from './frames.js';
import { duration } from './stats.js';
import { words } from './words.js';

const NEAR_PX = 32; // a row; this close to the end is following
const say = words.inspector;

export class FrameTable {
  #rows = el('tbody');
  #none = el('p', { class: 'none' }, say.none);
  #json = el('pre', { tabindex: 0, role: 'region', 'aria-label': say.frame });
  #detail;
  #chosen = null;
  #frames = new WeakMap(); // by row

  constructor(announcer) {
    const head = el('tr', {}, ...say.columns.map((name) => el('th', { scope: 'col' }, name)));
    this.root = el('div', { class: 'frames' }, el('table', {}, el('thead', {}, head), this.#rows), this.#none);
    this.#detail = el('div', { class: 'frame', hidden: true }, this.#json,
      button(words.copy, ({ target }) => copyFrom(target, this.#json.textContent, announcer)),
      button(say.close, () => this.#choose(null)));
    this.#rows.addEventListener('click', ({ target }) => this.#choose(target.closest('tr')));
    this.#rows.addEventListener('keydown', (event) => this.#walk(event));
  }

  get parts() {
    return [this.root, this.#detail];
  }

  /** Shows these and no others. */
  list(frames, nothing) {
    this.#rows.replaceChildren();
    this.add(frames);
    this.#none.textContent = nothing;
  }

  add(frames) {
    const { root } = this;
    const isFollowing = root.scrollHeight - root.clientHeight - root.scrollTop <= NEAR_PX;
    this.#rows.append(...frames.map((frame) => this.#row(frame)));
    while (this.#rows.childElementCount > RING) this.#rows.firstChild.remove();
    this.#none.hidden = this.#rows.hasChildNodes();
    if (!this.#rows.querySelector('[tabindex="0"]')) this.#rows.querySelector('button')?.setAttribute('tabindex', '0');
    if (isFollowing) root.scrollTop = root.scrollHeight;
  }

  #row(frame) {
    const { direction, when, bytes, gapMs, data } = frame;
    const { type = '?', seq = '' } = parsed(data) ?? {};
    const arrow = el('span', { 'aria-hidden': 'true' }, direction === 'in' ? '↓' : '↑');
    const cells = [
      time(when), [arrow, el('span', { class: 'unseen' }, say.directions[direction])],
      el('button', { type: 'button', tabindex: -1 }, String(type)), String(seq), bytes.toLocaleString('en'), gapMs ? duration(gapMs) : '',
    ];
    const row = el('tr', {}, ...cells.map((cell) => el('td', {}, ...[cell].flat())));
    row.dataset.direction = direction;
    this.#frames.set(row, frame);
    return row;
  }

  #choose(row) {
    this.#chosen?.removeAttribute('aria-current');
    this.#chosen = row;
    this.#detail.hidden = !row;
    if (!row) return;
    row.setAttribute('aria-current', 'true');
    const { data } = this.#frames.get(row);
    const frame = parsed(data);
    this.#json.textContent = frame ? JSON.stringify(frame, null, 2) : data;
  }

  /** One row is in the order of Tab; arrows go on from there. */
  #walk(event) {
    const way = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
    const next = way && event.target.closest('tr')[way]?.querySelector('button');
    if (!next) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

const time = (when) => when.toTimeString().slice(0, 8) + (when.getMilliseconds() / 1000).toFixed(3).slice(1);
