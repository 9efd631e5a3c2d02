// What somebody asked, and what has become of it until it is answered.
import { copyButton } from './clipboard.js';
import { button, el, leave, setText } from './dom.js';
import { words } from './words.js';

const LONG_LINES = 12; // more is folded: a pasted log must not hide the answer
const LONG_CHARS = 900; // as many fill twelve lines

export function drawQuestion(turn, { client, announcer }) {
  const text = turn.question;
  const isLong = text.length > LONG_CHARS || text.split('\n', LONG_LINES + 1).length > LONG_LINES;
  const bubble = el('div', { class: isLong ? 'bubble folded' : 'bubble', dir: 'auto' }, text);
  const says = el('span');
  const fate = el('p', { class: 'fate' }, says, button(words.withdraw, () => turn.stop(), { class: 'link' }));
  const actions = el('div', { class: 'actions' }, copyButton(() => text, announcer, words.copyQuestion));
  if (isLong) actions.append(folder(bubble));
  const article = el('article', { 'data-role': 'user' }, bubble, fate, actions);
  return { article, paint };

  function paint() {
    const { state, error, waitsFor, stopping } = turn;
    const isSending = state === 'unsent' && client.state === 'open' && !error && !waitsFor && !stopping;
    fate.hidden = state !== 'unsent' && state !== 'waiting';
    fate.classList.toggle('brief', isSending);
    if (fate.hidden) leave(fate);
    else setText(says, isSending ? words.sending : words.fate(turn));
  }
}

function folder(bubble) {
  return button(words.showAll, ({ target }) => {
    const isFolded = bubble.classList.toggle('folded');
    target.textContent = isFolded ? words.showAll : words.showLess;
    target.ariaExpanded = String(!isFolded);
    if (isFolded) bubble.scrollIntoView({ block: 'nearest' }); // one has read to its end, far below
  }, { class: 'ghost fold', 'aria-expanded': 'false' });
}
