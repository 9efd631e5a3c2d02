// What goes over the wire, for who tests this server or builds on it: the frames, and the figures of the latest answer.
import { button, el, setText } from './dom.js';
import { download } from './export.js';
import { table } from './facts.js';
import { FrameTable } from './frame-table.js';
import { Frames, RING } from './frames.js';
import { paintSoon } from './paint.js';
import { details, summary } from './stats.js';
import { words } from './words.js';

const say = words.inspector;

export class Inspector {
  #root;
  #toggle;
  #client;
  #listeners = new AbortController();
  #frames = new Frames();
  #fresh = []; // they have no row yet; while paused, not even later
  #isPaused = false;
  #opened = 0;
  #table;
  #filter = el('input', { type: 'search', placeholder: say.filter, 'aria-label': say.filter, oninput: () => this.#list() });
  #direction = el('select', { 'aria-label': say.direction, onchange: () => this.#list() },
    ...Object.entries(say.directions).map(([value, label]) => el('option', { value }, label)));
  #pause = button(say.pause, () => this.#setPaused(!this.#isPaused));
  #connection = el('p');
  #totals = el('p');
  #figures = el('dl');
  #paint = () => this.#draw();

  constructor(root, toggle, announcer) {
    this.#root = root;
    this.#toggle = toggle;
    this.#table = new FrameTable(announcer);
    toggle.addEventListener('click', () => this.#setOpen(root.hidden));
    root.append(
      el('header', {}, el('h2', {}, say.title), button(say.close, () => { this.#setOpen(false); toggle.focus(); }, { class: 'ghost' })),
      this.#connection, this.#totals,
      el('div', { class: 'tools' }, this.#filter, this.#direction, this.#pause,
        button(say.clear, () => this.#clear()),
        button(say.download, () => download('frames.jsonl', 'application/jsonl', this.#frames.toLines()))),
      ...this.#table.parts,
      el('section', { class: 'figures' }, el('h3', {}, say.turn), this.#figures));
  }

  show(client) {
    this.#listeners.abort();
    const { signal } = this.#listeners = new AbortController();
    this.#client = client;
    this.#frames = new Frames();
    this.#opened = client.state === 'open' ? 1 : 0;
    client.addEventListener('frame', ({ direction, data }) => this.#take(this.#frames.add(direction, data)), { signal });
    client.addEventListener('state', ({ state }) => { this.#opened += state === 'open' ? 1 : 0; paintSoon(this.#paint); }, { signal });
    client.addEventListener('end', () => paintSoon(this.#paint), { signal });
    this.#setPaused(false);
  }

  #take(frame) {
    this.#fresh.push(frame);
    if (this.#fresh.length > RING) this.#fresh.shift();
    if (!this.#root.hidden) paintSoon(this.#paint);
  }

  #setOpen(isOpen) {
    this.#root.hidden = !isOpen;
    this.#toggle.ariaExpanded = String(isOpen);
    if (isOpen) this.#list();
  }

  #setPaused(isPaused) {
    this.#isPaused = isPaused;
    this.#list();
  }

  #clear() {
    this.#frames.clear();
    this.#list();
  }

  /** Draws all rows anew. */
  #list() {
    if (this.#root.hidden) return;
    if (!this.#isPaused) this.#fresh = [];
    const frames = this.#frames.kept.filter((frame) => this.#isWanted(frame) && !this.#fresh.includes(frame));
    this.#table.list(frames, this.#frames.kept.length ? say.unmatched : say.none);
    this.#draw();
  }

  #isWanted({ direction, data }) {
    return (!this.#direction.value || this.#direction.value === direction)
      && data.toLowerCase().includes(this.#filter.value.toLowerCase());
  }

  #draw() {
    if (this.#root.hidden || !this.#client) return;
    if (!this.#isPaused) this.#table.add(this.#fresh.splice(0).filter((frame) => this.#isWanted(frame)));
    setText(this.#pause, this.#isPaused ? say.resume(this.#fresh.length) : say.pause);
    setText(this.#connection, say.connection(this.#client.state, Math.max(0, this.#opened - 1)));
    setText(this.#totals, say.totals(this.#frames.totals));
    this.#drawFigures();
  }

  #drawFigures() {
    const turn = this.#client.turns.findLast(({ state }) => state !== 'unsent' && state !== 'waiting');
    this.#figures.parentElement.hidden = !turn;
    if (turn) this.#figures.replaceChildren(...table([['', summary(turn)], ...details(turn)]));
  }
}
