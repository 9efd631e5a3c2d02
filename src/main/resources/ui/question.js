// What somebody asked, and what has become of it until it is answered.
import { copyFrom } from './clipboard.js';
import { button, el, setText } from './dom.js';
import { words } from './words.js';

const LONG_LINES = 12; // more is folded: a pasted log must not hide the answer
const LONG_CHARS = 900; // as many fill twelve lines

export class Question {
  article;
  #turn;
  #client;
  #says = el('span');
  #fate = el('p', { class: 'fate' }, this.#says);
  #bubble;

  constructor(turn, { client, announcer }) {
    this.#turn = turn;
    this.#client = client;
    this.#bubble = el('div', { class: 'bubble', dir: 'auto' }, turn.question);
    this.#fate.append(button(words.withdraw, () => turn.stop(), { class: 'link' }));
    const copy = ({ target }) => copyFrom(target, turn.question, announcer);
    this.article = el('article', {}, this.#bubble, ...(isLong(turn.question) ? [this.#fold()] : []), this.#fate,
      el('div', { class: 'actions' }, button(words.copy, copy, { class: 'ghost', 'aria-label': words.copyQuestion })));
    this.article.dataset.role = 'user';
  }

  paint() {
    const { state, error } = this.#turn;
    this.#fate.hidden = state !== 'unsent' && state !== 'waiting';
    if (this.#fate.hidden) return;
    setText(this.#says, this.#news());
    this.#fate.classList.toggle('brief', state === 'unsent' && this.#client.state === 'open' && !error);
  }

  #news() {
    const { state, error, waitsFor, position } = this.#turn;
    if (state === 'waiting') return waitsFor === 'upstream_down' ? words.away : words.waiting(position);
    if (error) return words.notTaken(error);
    return this.#client.state === 'open' ? words.sending : words.offline;
  }

  #fold() {
    const { classList } = this.#bubble;
    const toggle = ({ target }) => {
      const isFolded = classList.toggle('folded');
      target.textContent = isFolded ? words.showAll : words.showLess;
      target.ariaExpanded = String(!isFolded);
    };
    classList.add('folded');
    return button(words.showAll, toggle, { class: 'ghost fold', 'aria-expanded': 'false' });
  }
}

const isLong = (text) => text.length > LONG_CHARS || text.split('\n', LONG_LINES + 1).length > LONG_LINES;
