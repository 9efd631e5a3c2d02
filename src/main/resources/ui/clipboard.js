// Copies text, also where the page came over plain HTTP and browsers have no `navigator.clipboard`.
import { el } from './dom.js';
import { words } from './words.js';

const CONFIRM_MS = 2_000;

/** Copies, and says so on the button and aloud. */
export async function copyFrom(button, text, announcer) {
  const outcome = await copy(text) ? words.copied : words.notCopied;
  announcer?.say(outcome);
  button.dataset.label ??= button.textContent;
  button.textContent = outcome;
  clearTimeout(button.reset);
  button.reset = setTimeout(() => { button.textContent = button.dataset.label; }, CONFIRM_MS);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text);
  }
}

function copyOldWay(text) {
  const focused = document.activeElement;
  const field = el('textarea', { class: 'unseen', readonly: true, 'aria-hidden': 'true' });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}
