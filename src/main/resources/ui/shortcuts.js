// Keys that work everywhere on the page.
import { isModal } from './dialogs.js';
import { $, isComposing } from './dom.js';
import { isMac } from './words-shell.js';

/** `stop` returns false where there was nothing to stop: then the key is for somebody else. */
export function setUpShortcuts({ stop, create }) {
  const help = () => ($('help-dialog').open ? $('help-dialog').close() : isModal() || $('help-dialog').showModal());
  const inspect = () => $('inspector-toggle').click();
  $('help-open').onclick = help;

  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || isComposing(event) || !event.key) return; // autofill presses keys without a name
    const isCommand = (isMac ? event.metaKey : event.ctrlKey) && !event.altKey; // on a Mac Ctrl is for editing
    const key = (isCommand ? 'command ' : '') + (event.shiftKey ? 'shift ' : '') + event.key.toLowerCase();
    if (key === 'command /' || key === 'command shift /') { // shift: where / is above 7
      event.preventDefault();
      return event.repeat || help();
    }
    if (key === 'escape' && document.querySelector(':is(input, select):focus')) return; // to clear it, or close its list
    const action = { 'escape': stop, 'command k': create, 'command shift d': inspect }[key];
    if (!action || isModal()) return;
    if (event.repeat || action() !== false) event.preventDefault();
  });
}
