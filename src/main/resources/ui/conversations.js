// Which conversation is shown: `#s=<id>` in the address, and its client. There is one client at a time, and those that
// still have something to send, to stop or to show.
import { ChatClient, unsentSessions } from './client.js';
import { titleOf } from './shelf.js';
import { local, tab } from './store.js';
import { words } from './words-shell.js';

const ID = /^#s=([\w-]{1,128})$/;
const SERVER = new URL('ws/chat', document.baseURI); // beside the page, while the module may lie in a folder
const isUnsent = (turn) => turn.state === 'unsent';
const isBusy = (turn) => isUnsent(turn) || turn.stopping;
const wasLost = (turn) => turn.own && !turn.id && turn.error; // only here somebody can see it

/** Says `open` when another conversation is shown, `address` when the one that is shown has got its address. */
export class Conversations extends EventTarget {
  #shelf;
  #token;
  #shown;
  #wasListed = false;
  #hash; // while this one is shown; where the address has another, somebody is on the way to the next
  #leaving = new Set(); // by itself: the server may put a client into another session meanwhile

  constructor(shelf, token) {
    super();
    this.#shelf = shelf;
    this.#token = token;
    shelf.addEventListener('change', () => this.#unlist());
    addEventListener('hashchange', () => this.#follow());
  }

  get isListed() {
    return !!this.#shelf.find(this.client.sessionId);
  }

  /** Ends when another conversation is shown. */
  get signal() {
    return this.#shown.signal;
  }

  start() {
    this.#follow();
    for (const id of unsentSessions()) if (id !== this.client.sessionId) this.#leave(this.#dial(id).open());
  }

  /** A conversation that nobody has begun is new already. */
  create() {
    if (this.client.turns.length === 0 && !location.hash) return;
    history.pushState(null, '', location.pathname + location.search);
    this.#show();
  }

  forget(id) {
    const isShown = id === this.client.sessionId;
    const client = isShown ? this.client : this.#left(id);
    for (const turn of client?.turns.filter(isUnsent) ?? []) turn.stop();
    local.removeAll(`nova-chat:outbox:${id}:`);
    tab.remove(`draft.${id}`);
    this.#shelf.remove(id);
    if (!isShown) return client && this.#settle(client);
    history.replaceState(null, '', location.pathname + location.search);
    this.#show();
  }

  setToken(token) {
    this.#token = token;
    for (const client of [this.client, ...this.#leaving]) client.setToken(token);
  }

  #follow() {
    const id = ID.exec(location.hash)?.[1];
    if (!this.client || id !== this.client.sessionId) this.#show(id);
  }

  #show(sessionId) {
    if (this.client) this.#leave(this.client);
    this.client = this.#left(sessionId) ?? this.#dial(sessionId);
    this.#leaving.delete(this.client);
    this.#hash = location.hash;
    this.#wasListed = this.isListed;
    this.#tell();
    this.client.open();
  }

  #tell() {
    this.#shown?.abort();
    this.#shown = new AbortController();
    this.dispatchEvent(new Event('open'));
  }

  #dial(sessionId) {
    const client = new ChatClient({ url: SERVER, token: this.#token, ...(sessionId && { sessionId }) });
    client.addEventListener('turn', ({ turn }) => this.#list(client, turn.question, Date.now()));
    client.addEventListener('session', () => this.#address(client));
    client.addEventListener('synced', () => this.#adopt(client), { once: true });
    for (const type of ['change', 'end']) client.addEventListener(type, () => this.#settle(client));
    return client;
  }

  #list(client, question, at) {
    const known = this.#shelf.find(client.sessionId);
    if (client !== this.client && !known) return; // it was deleted, and has only something to finish
    this.#shelf.put(client.sessionId, { title: known?.title || titleOf(question) || words.untitled, at });
    this.#address(client);
  }

  // Deleted in another tab: it stays to be read, and a reload does not bring it back.
  #unlist() {
    if (!this.client) return;
    if (this.#wasListed && !this.isListed) history.replaceState(null, '', location.pathname + location.search);
    this.#wasListed = this.isListed;
  }

  // A link that somebody followed becomes a conversation of this browser as soon as there is something in it.
  #adopt(client) {
    const { turns, sessionId } = client;
    if (turns.length && !this.#shelf.find(sessionId)) this.#list(client, turns[0].question, +(turns.at(-1).askedAt ?? Date.now()));
  }

  // The server may also have put us into another session, where this one belongs to another key.
  #address(client) {
    if (client !== this.client || location.hash !== this.#hash || (!client.turns.length && !this.#hash)) return;
    const hash = `#s=${client.sessionId}`;
    if (this.#hash === hash) return;
    history.replaceState(null, '', (this.#hash = hash));
    this.dispatchEvent(new Event('address'));
  }

  #left(id) {
    return [...this.#leaving].find((client) => client.sessionId === id);
  }

  #leave(client) {
    this.#leaving.add(client);
    this.#settle(client);
  }

  #settle(client) {
    if (!this.#leaving.has(client) || client.turns.some(isBusy)) return;
    if (!client.turns.some(wasLost) || !this.#shelf.find(client.sessionId)) this.#leaving.delete(client);
    client.close();
  }
}
