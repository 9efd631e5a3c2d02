// Messages that nobody has acknowledged. Each is an item of its own, so two tabs never overwrite each other.

export const OUTBOX_MAX = 50; // more than the server lets wait
const OUTBOX_MS = 86_400_000; // so long the server knows a message's id

export class Outbox extends Map {
  #storage; #name;

  constructor(storage, name) {
    super();
    this.#storage = storage;
    this.#name = name;
    try { this.#load(); } catch { /* private mode, or not ours */ }
  }

  #load() {
    const keys = Array.from({ length: this.#storage.length }, (_, i) => this.#storage.key(i));
    const mine = keys.filter((key) => key.startsWith(this.#name)).map((key) => this.#read(key));
    for (const m of mine.sort((a, b) => a.at - b.at)) {
      const isWhole = typeof m.content === 'string' && !isOld(m);
      if (isWhole && this.size < OUTBOX_MAX) this.set(m.id, { ...m, tried: true }); // perhaps it was sent
      else this.delete(m.id);
    }
  }

  #read(key) {
    const id = key.slice(this.#name.length);
    try { return { at: 0, ...JSON.parse(this.#storage.getItem(key)), id }; } catch { return { at: 0, id }; }
  }

  put(message) {
    const { id, content, onBusy, at, stop } = message;
    this.set(id, message);
    try { this.#storage.setItem(this.#name + id, JSON.stringify({ content, onBusy, at, stop })); } catch { /* full */ }
  }

  delete(id) {
    try { this.#storage.removeItem(this.#name + id); } catch { /* as above */ }
    return super.delete(id);
  }

  /** Of those that this connection was given: it is what a server means that says "too large". */
  largest() {
    return [...this.values()].filter(({ sent }) => sent).sort((a, b) => b.bytes - a.bytes)[0];
  }
}

export function isOld({ at }) { return at <= Date.now() - OUTBOX_MS; }
