// What the model says to itself: folded, and followed to its end by whoever opens it.
import { el } from './dom.js';
import { words } from './words.js';

const NEAR_PX = 24; // a line; this close to the end is following

export function drawThinking(turn) {
  const text = new Text();
  const pane = el('div', { class: 'thought', dir: 'auto', tabindex: 0 }, text);
  const root = el('details', { class: 'thinking', ontoggle: paint }, el('summary', {}, words.thinking), pane);
  return { root, paint };

  function paint() {
    const { thinking } = turn;
    root.hidden = !thinking;
    if (!root.open || thinking === text.data) return;
    const isFollowing = pane.scrollHeight - pane.clientHeight - pane.scrollTop <= NEAR_PX;
    if (!thinking.startsWith(text.data)) text.data = ''; // the turn has begun again
    text.appendData(thinking.slice(text.length));
    if (isFollowing) pane.scrollTop = pane.scrollHeight;
  }
}
