// What the dialogs have in common, the question before a loss, and the help sheet.
import { $, el } from './dom.js';
import { words } from './words-shell.js';

/** A dialog that did what it is for closes with a value; `then` leads on. Else the browser gives the focus back. */
export function setUpDialogs(then) {
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('close', () => dialog.returnValue && then());
  }
  for (const button of document.querySelectorAll('dialog .close')) {
    button.addEventListener('click', () => button.closest('dialog').close());
  }
  for (const [what, keys] of words.shortcuts) {
    const caps = keys.split('+').flatMap((cap) => [el('kbd', {}, cap), ' ']);
    $('shortcuts').append(el('dt', {}, what), el('dd', {}, ...caps));
  }
}

/** Resolves to whether the answer is yes. */
export function ask(title, text, yes) {
  const dialog = $('confirm-dialog');
  $('confirm-title').textContent = title;
  $('confirm-text').textContent = text;
  Object.assign($('confirm-yes'), { textContent: yes, onclick: () => dialog.close('yes') });
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => dialog.open || resolve(dialog.returnValue === 'yes'); // the event of an earlier one may be late
  });
}

export const isModal = () => !!document.querySelector('dialog[open]');
