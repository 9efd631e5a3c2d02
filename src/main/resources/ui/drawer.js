// On narrow screens the sidebar comes over the page. While it is there, nothing else can be reached.
import { isModal } from './dialogs.js';
import { $, isComposing } from './dom.js';

const narrow = matchMedia('(width < 900px)');

export class Drawer {
  #isOpen = false;

  constructor() {
    $('sidebar-toggle').onclick = () => this.set(true);
    $('sidebar-close').onclick = $('scrim').onclick = () => this.set(false);
    $('conversations').onclick = ({ target }) => target.closest('[aria-current]') && this.set(false); // nothing else will
    addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event) || !this.#isOpen || isModal()) return;
      event.preventDefault();
      this.set(false);
    });
    narrow.addEventListener('change', () => this.set(false));
    this.set(false);
  }

  set(isOpen) {
    const wasOpen = this.#isOpen;
    this.#isOpen = isOpen && narrow.matches;
    document.documentElement.dataset.drawer = this.#isOpen ? 'open' : 'closed';
    $('sidebar').inert = narrow.matches && !this.#isOpen;
    for (const id of ['skip', 'chat', 'inspector']) $(id).inert = this.#isOpen;
    $('sidebar-toggle').ariaExpanded = String(this.#isOpen);
    if (this.#isOpen) $('sidebar-close').focus();
    else if (wasOpen) $('sidebar-toggle').focus();
  }
}
