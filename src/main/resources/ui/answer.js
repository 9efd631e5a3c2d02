// An answer: what goes on before it, its text as it comes, how it ended.
import { copyButton } from './clipboard.js';
import { button, el, setText } from './dom.js';
import { forget } from './highlight.js';
import { MarkdownStream } from './markdown/stream.js';
import { drawProgress } from './progress.js';
import { details, summary } from './stats.js';
import { drawThinking } from './thinking.js';
import { words } from './words.js';

const PIECE_CHARS = 8_000; // drawn at a time, in some 4 ms: a long answer that is there already comes in many pieces
const BLOCKS = new Set('p ul ol li blockquote div figure pre table thead tbody tr td th h2 h3 h4 h5 h6'.split(' '));

export function drawAnswer(turn, { client, announcer }) {
  const ask = ({ detail }) => detail > 1 || client.send(turn.question); // the second half of a double click means nothing more
  const retry = () => button(words.retry, ask, { class: 'ghost retry' });
  const body = el('div', { class: 'body', dir: 'auto' });
  const thinking = drawThinking(turn);
  const progress = drawProgress(turn);
  const says = el('span');
  const end = el('p', { class: 'end', hidden: true }, says, retry());
  const line = el('summary');
  const list = el('dl');
  const figures = el('details', { class: 'facts', ontoggle: tell }, line, list);
  const copy = copyButton(() => turn.text, announcer, words.copyAnswer);
  const foot = el('footer', { hidden: true }, figures, el('div', { class: 'actions' }, copy, retry()));
  const article = el('article', { 'data-role': 'assistant' }, thinking.root, body, progress.root, end, foot);

  let stream = new MarkdownStream(body);
  let shown = '';
  let isClosed = false;
  let cursor = null;
  return { article, paint, rewrite, remove, spoken: () => spoken(body).trim() };

  /** Whether there is more to draw. */
  function paint() {
    const { state } = turn;
    const isRunning = state === 'running';
    const isEnded = !isRunning && state !== 'unsent' && state !== 'waiting';
    article.hidden = !isRunning && !isEnded;
    article.ariaBusy = String(isRunning);
    thinking.paint();
    const isWhole = write();
    progress.paint();
    point(isRunning && shown ? deepest(body) : null);
    if (isEnded && isWhole) conclude();
    return !isWhole;
  }

  function write() {
    const { text } = turn;
    if (isClosed || text.length === shown.length) return true;
    const to = shown.length + PIECE_CHARS;
    stream.write(text.slice(shown.length, to));
    stream.paint();
    shown = text.slice(0, to);
    return to >= text.length;
  }

  /** The text is another now, unless it only goes on. */
  function rewrite() {
    if (isClosed ? turn.text === shown : turn.text.startsWith(shown)) return;
    forget(body);
    body.replaceChildren();
    stream = new MarkdownStream(body);
    shown = '';
    isClosed = false;
  }

  function conclude() {
    if (!isClosed) stream.end();
    isClosed = true;
    setText(says, words.ending(turn));
    end.hidden = !says.textContent;
    end.lastElementChild.toggleAttribute('hidden', !words.mayRetry(turn));
    setText(line, summary(turn));
    figures.hidden = !line.textContent;
    tell();
    copy.hidden = !shown;
    foot.hidden = false;
  }

  /** The figures, for who opens them; few do, and there are many answers. */
  function tell() {
    if (figures.open) list.replaceChildren(...details(turn));
  }

  /** Moves the cursor. */
  function point(block) {
    if (block === cursor) return;
    cursor?.classList.remove('cursor');
    if (cursor?.className === '') cursor.removeAttribute('class'); // it is as it was
    block?.classList.add('cursor');
    cursor = block;
  }

  function remove() {
    progress.stop();
    forget(body);
    article.remove();
  }
}

/** The last block: where the next word will stand. */
function deepest(element) {
  const last = element.lastElementChild;
  return last && (BLOCKS.has(last.localName) || element.localName === 'pre') ? deepest(last) : element;
}

/** The text as it is read out: a line a block. */
function spoken(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.localName === 'button') return '';
  return [...node.childNodes].map(spoken).join('') + (BLOCKS.has(node.localName) ? '\n' : '');
}
