// What goes over the wire, for whoever tests this server or builds on it: the frames, and the figures of the latest answer.
import { button, el, setText } from './dom.js';
import { download } from './export.js';
import { drawFrame } from './frame.js';
import { Frames, RING } from './frames.js';
import { paintSoon } from './paint.js';
import { details, summary } from './stats.js';
import { words } from './words.js';

const say = words.inspector;
const NEAR_PX = 32; // a row; this close to the end is following
const ROWS_A_PIECE = 20; // made at a time, in some 3 ms

export class Inspector {
  #client;
  #shown = new AbortController();
  #frames = new Frames();
  #fresh = []; // they have no row yet, and while paused get none
  #due = []; // they get one now
  #isFollowing = true;
  #isPaused = false;
  #opened = 0;
  #parts;
  #paint = () => this.#draw();

  constructor(root, toggle, announcer) {
    const relist = () => this.#list();
    const show = (isOpen) => {
      root.hidden = !isOpen;
      toggle.ariaExpanded = String(isOpen);
      relist();
    };
    const filter = el('input', { type: 'search', placeholder: say.filter, 'aria-label': say.filter, oninput: relist });
    const way = el('select', { 'aria-label': say.direction, onchange: relist },
      ...Object.entries(say.directions).map(([value, label]) => el('option', { value }, label)));
    const pause = button(say.pause, () => { this.#isPaused = !this.#isPaused; relist(); });
    const [totals, none, line] = [el('p'), el('p'), el('p')];
    const rows = el('div', { class: 'frames', tabindex: 0, role: 'region', 'aria-label': say.frames });
    const figures = el('dl');
    this.#parts = { root, announcer, filter, way, pause, totals, none, rows, line, figures };
    rows.addEventListener('scroll', () => {
      this.#isFollowing = rows.scrollHeight - rows.clientHeight - rows.scrollTop <= NEAR_PX;
    }, { passive: true });

    toggle.addEventListener('click', () => show(root.hidden));
    root.append(
      el('header', {}, el('h2', {}, say.title), button(say.close, () => { show(false); toggle.focus(); }, { class: 'ghost' })),
      totals,
      el('div', { class: 'tools' }, filter, way, pause,
        button(say.clear, () => { this.#frames.kept = []; relist(); }),
        button(say.download, () => download('frames.jsonl', 'application/jsonl', this.#frames.toLines()))),
      rows, none, el('h3', {}, say.turn), line, figures);
  }

  show(client) {
    this.#shown.abort();
    const { signal } = this.#shown = new AbortController();
    this.#client = client;
    this.#frames = new Frames();
    this.#isPaused = false;
    this.#opened = Number(client.state === 'open');
    client.addEventListener('frame', ({ direction, data }) => this.#take(this.#frames.add(direction, data)), { signal });
    client.addEventListener('state', ({ state }) => { this.#opened += Number(state === 'open'); paintSoon(this.#paint); }, { signal });
    client.addEventListener('end', () => paintSoon(this.#paint), { signal });
    this.#list();
  }

  #take(frame) {
    this.#fresh.push(frame);
    if (this.#fresh.length > RING) this.#fresh.shift();
    paintSoon(this.#paint);
  }

  /** Draws all rows anew. */
  #list() {
    if (!this.#isPaused) this.#fresh = [];
    this.#parts.rows.replaceChildren();
    this.#due = this.#frames.kept.filter((frame) => !this.#fresh.includes(frame));
    this.#isFollowing = true;
    if (this.#draw()) paintSoon(this.#paint);
  }

  #add(frames) {
    const { rows, none, filter, way, announcer } = this.#parts;
    const text = filter.value.toLowerCase();
    const wanted = frames.filter(({ direction, data }) =>
      (!way.value || way.value === direction) && data.toLowerCase().includes(text));
    rows.append(...wanted.map((frame) => drawFrame(frame, announcer)));
    while (rows.childElementCount > RING) rows.firstChild.remove();
    none.hidden = rows.hasChildNodes();
    setText(none, this.#frames.kept.length ? say.unmatched : say.none);
  }

  /** Whether there is more to draw. */
  #draw() {
    const { root, rows } = this.#parts;
    if (root.hidden || !this.#client) return false;
    if (!this.#isPaused) this.#due.push(...this.#fresh.splice(0));
    this.#add(this.#due.splice(0, ROWS_A_PIECE));
    if (this.#due.length) return true;
    this.#tell(); // first: the figures take their room from the rows
    if (this.#isFollowing) rows.scrollTop = rows.scrollHeight;
    return false;
  }

  #tell() {
    const { pause, totals, line, figures } = this.#parts;
    setText(pause, this.#isPaused ? say.resume(this.#fresh.length) : say.pause);
    setText(totals, say.totals(this.#frames.totals, Math.max(0, this.#opened - 1)));
    const turn = this.#client.turns.findLast(({ state }) => state !== 'unsent' && state !== 'waiting');
    setText(line, turn ? summary(turn) : say.unanswered);
    figures.replaceChildren(...(turn ? details(turn) : []));
  }
}
