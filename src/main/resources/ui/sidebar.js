// The list of conversations: a link each, renamed in place, deleted after asking.
import { ask } from './dialogs.js';
import { el, iconButton, isComposing, renew } from './dom.js';
import { visible } from './shelf.js';
import { words } from './words-shell.js';

const DAY_MS = 86_400_000;

function dayOf(at) {
  const days = Math.ceil((new Date().setHours(0, 0, 0, 0) - at) / DAY_MS);
  return words.days[Math.max(0, Math.min(days, 2))];
}

export class Sidebar {
  #list;
  #shelf;
  #conversations;
  #isRenaming = false;

  constructor(list, shelf, conversations) {
    this.#list = list;
    this.#shelf = shelf;
    this.#conversations = conversations;
    shelf.addEventListener('change', () => this.draw());
  }

  draw() {
    if (this.#isRenaming) return;
    const focused = this.#list.contains(document.activeElement) && document.activeElement.closest('li')?.dataset.id;
    renew(this.#list, [...this.#list.children], [...this.#rows()]); // one may be pressed just now: that ends a renaming
    if (focused) this.#focus(this.#shelf.find(focused) ? focused : this.#shelf.items[0]?.id);
  }

  *#rows() {
    let day;
    for (const item of this.#shelf.items) {
      if (day !== dayOf(item.at)) yield el('li', { class: 'day' }, (day = dayOf(item.at)));
      yield this.#row(item);
    }
  }

  #row(item) {
    const link = el('a', { href: `#s=${item.id}`, title: item.title, dir: 'auto' }, item.title);
    if (item.id === this.#conversations.client.sessionId) link.setAttribute('aria-current', 'page');
    const row = el('li', {}, link,
      iconButton('rename', words.rename, () => this.#rename(item, row)),
      iconButton('delete', words.remove.button, () => this.#remove(item)));
    row.dataset.id = item.id;
    return row;
  }

  #rename(item, row) {
    this.#isRenaming = true;
    const field = el('input', { value: item.title, 'aria-label': words.newName, maxlength: 100 });
    const finish = (title) => {
      if (!this.#isRenaming) return; // taking the field away is leaving it, too
      this.#isRenaming = false;
      if (title && this.#shelf.find(item.id)) this.#shelf.put(item.id, { title });
      else this.draw();
    };
    field.onblur = () => finish(visible(field.value));
    field.onkeydown = (event) => {
      if (isComposing(event) || !['Enter', 'Escape'].includes(event.key)) return;
      event.preventDefault();
      finish(event.key === 'Enter' && visible(field.value));
      this.#focus(item.id);
    };
    row.replaceChildren(field);
    field.select();
  }

  async #remove({ id, title }) {
    const { button, text } = words.remove;
    if (await ask(words.remove.title(title), text, button)) this.#conversations.forget(id);
  }

  #focus(id) {
    this.#list.querySelector(`[data-id="${id}"] a`)?.focus();
  }
}
