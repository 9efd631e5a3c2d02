// The conversations that this browser knows of: { id, title, named, at } in localStorage, shared by all tabs.
import { local } from './store.js';
import { brief } from './words.js';

const MOST = 200; // more than anybody scrolls through; those not used for longest are forgotten
const LONGEST_TITLE = 48;

const isText = (value) => typeof value === 'string';
const isItem = (kept) => isText(kept?.id) && /^[\w-]+$/.test(kept.id) && isText(kept.title) && kept.at >= 0;

/** A title as it can be shown, or empty where nobody would see it. */
export function visible(title) {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(title) ? brief(title.trim()) : '';
}

/** The first words of a question. */
export function titleOf(question) {
  const line = visible(question.slice(0, 1_000).replace(/\s+/g, ' '));
  if (line.length <= LONGEST_TITLE) return line;
  return `${line.slice(0, LONGEST_TITLE).replace(/\s\S*$|[\ud800-\udbff]$/, '')}…`;
}

/** Says `change` when the list is another. */
export class Shelf extends EventTarget {
  #items = [];
  #isKept = true; // else what is in memory is all there is

  constructor() {
    super();
    this.#load();
    addEventListener('storage', (event) => {
      if (event.key !== 'nova.conversations') return;
      this.#load();
      this.dispatchEvent(new Event('change'));
    });
  }

  /** The one used last comes first. */
  get items() {
    return this.#items;
  }

  find(id) {
    return this.#items.find((item) => item.id === id);
  }

  /** Adds it, or changes it. */
  put(id, changes) {
    this.#reload();
    this.#save([{ ...this.find(id), id, ...changes }, ...this.#items.filter((item) => item.id !== id)]);
  }

  remove(id) {
    this.#reload();
    this.#save(this.#items.filter((item) => item.id !== id));
  }

  /** Another tab may have written since. */
  #reload() {
    if (this.#isKept) this.#load();
  }

  #load() {
    const kept = local.get('conversations');
    if (Array.isArray(kept)) this.#items = kept.filter(isItem); // it may be of another version, or not ours
  }

  #save(items) {
    this.#items = items.sort((a, b) => b.at - a.at).slice(0, MOST);
    this.#isKept = local.set('conversations', this.#items);
    this.dispatchEvent(new Event('change'));
  }
}
