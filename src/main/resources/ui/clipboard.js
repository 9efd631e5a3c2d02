// Copies text, also where the page came over plain HTTP, where browsers have no `navigator.clipboard`.
import { button, el } from './dom.js';
import { words } from './words.js';

const CONFIRM_MS = 2_000;

/** A button that copies what `text` gives. */
export function copyButton(text, announcer, label) {
  return button(words.copy, ({ target }) => copyFrom(target, text(), announcer), { class: 'ghost', 'aria-label': label });
}

/** Copies, and says so on the button and aloud. */
export async function copyFrom(button, text, announcer) {
  const says = await copy(text) ? words.copied : words.notCopied;
  announcer.say(says);
  button.textContent = says;
  clearTimeout(button.timer);
  button.timer = setTimeout(() => { button.textContent = words.copy; }, CONFIRM_MS);
}

function copy(text) {
  return navigator.clipboard?.writeText(text).then(() => true, () => copyOldWay(text)) ?? copyOldWay(text);
}

function copyOldWay(text) {
  const focused = /** @type {HTMLElement} */ (document.activeElement);
  const field = el('textarea', { class: 'unseen', readonly: true }, text);
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  focused?.focus({ preventScroll: true });
  return done;
}
