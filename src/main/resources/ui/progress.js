// What goes on while there is nothing to read: the step that the Orchestrator is at, and the seconds.
import { el, setText } from './dom.js';
import { duration } from './stats.js';
import { words } from './words.js';

const PATIENCE_MS = 3_000; // after that the seconds show that it still goes on

export function drawProgress(turn) {
  const step = el('span');
  const seconds = el('span');
  const root = el('p', { class: 'progress' }, step, ' ', seconds);
  let timer = 0;
  return { root, paint, stop };

  function paint() {
    const { state, status, stopping, text } = turn;
    const isToolAtWork = status?.state === 'running' && status.step !== 'generating';
    root.hidden = state !== 'running' || (text !== '' && !isToolAtWork && !stopping);
    if (root.hidden) return stop();
    setText(step, words.step(turn));
    tick();
    timer ||= setInterval(tick, 1_000);
  }

  function tick() {
    const { durationMs } = turn.stats;
    setText(seconds, durationMs > PATIENCE_MS ? duration(Math.floor(durationMs / 1_000) * 1_000) : '');
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
  }
}
