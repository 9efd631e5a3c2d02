// An answer: what goes on before it, its text as it comes, how it ended.
import { copyFrom } from './clipboard.js';
import { button, el, setText } from './dom.js';
import { Facts } from './facts.js';
import { forget } from './highlight.js';
import { MarkdownStream } from './markdown/stream.js';
import { Progress } from './progress.js';
import { Thinking } from './thinking.js';
import { words } from './words.js';

const BLOCKS = new Set('p ul ol li blockquote div figure pre table thead tbody tr td th h2 h3 h4 h5 h6'.split(' '));

export class Answer {
  article;
  #turn;
  #body = el('div', { class: 'body', dir: 'auto' });
  #stream = new MarkdownStream(this.#body);
  #text = ''; // as the stream has it
  #isClosed = false;
  #isInDoubt = false;
  #cursor = null;
  #facts = new Facts();
  #progress;
  #thinking;
  #says = el('span');
  #end = el('p', { class: 'end', hidden: true }, this.#says);
  #copy;
  #foot;

  constructor(turn, { client, announcer }) {
    this.#turn = turn;
    this.#progress = new Progress(turn);
    this.#thinking = new Thinking(turn);
    const retry = () => button(words.retry, () => client.send(turn.question), { class: 'ghost retry' });
    const copy = ({ target }) => copyFrom(target, turn.text, announcer);
    this.#copy = button(words.copy, copy, { class: 'ghost', 'aria-label': words.copyAnswer });
    this.#end.append(retry());
    const actions = el('div', { class: 'actions' }, this.#copy, retry());
    this.#foot = el('footer', { hidden: true }, this.#facts.root, actions);
    this.article = el('article', {}, this.#thinking.root, this.#body, this.#progress.root, this.#end, this.#foot);
    this.article.dataset.role = 'assistant';
  }

  /** As it is read out. */
  get spoken() {
    return spoken(this.#body).trim();
  }

  /** The text may be another now, not only a longer one. */
  doubt() {
    this.#isInDoubt = true;
  }

  paint() {
    const { state } = this.#turn;
    const isRunning = state === 'running';
    const isEnded = !isRunning && state !== 'unsent' && state !== 'waiting';
    this.article.hidden = !isRunning && !isEnded;
    this.article.ariaBusy = String(isRunning);
    this.#thinking.paint();
    this.#write(isEnded);
    this.#progress.paint();
    this.#point(isRunning && this.#text ? deepest(this.#body) : null);
    if (isEnded) this.#conclude();
  }

  remove() {
    this.#progress.stop();
    forget(this.#body);
    this.article.remove();
  }

  #write(isEnded) {
    const { text } = this.#turn;
    if (this.#isInDoubt && (this.#isClosed ? text !== this.#text : !text.startsWith(this.#text))) this.#restart();
    this.#isInDoubt = false;
    if (this.#isClosed) return;
    if (text.length > this.#text.length) {
      this.#stream.write(text.slice(this.#text.length));
      this.#stream.paint();
      this.#text = text;
    }
    if (isEnded) this.#stream.end();
    this.#isClosed = isEnded;
  }

  #restart() {
    forget(this.#body);
    this.#body.replaceChildren();
    this.#stream = new MarkdownStream(this.#body);
    this.#text = '';
    this.#isClosed = false;
  }

  #point(element) {
    if (element === this.#cursor) return;
    this.#cursor?.classList.remove('cursor');
    element?.classList.add('cursor');
    this.#cursor = element;
  }

  #conclude() {
    const says = words.ending(this.#turn);
    setText(this.#says, says);
    this.#end.hidden = !says;
    this.#foot.hidden = false;
    this.#copy.hidden = !this.#text;
    this.#facts.paint(this.#turn);
  }
}

/** The last block: where the next word will stand. */
function deepest(element) {
  const last = element.lastElementChild;
  const isBlock = last && (BLOCKS.has(last.localName) || element.localName === 'pre');
  return isBlock ? deepest(last) : element;
}

function spoken(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.localName === 'button') return '';
  return [...node.childNodes].map(spoken).join('') + (BLOCKS.has(node.localName) ? '\n' : '');
}
