// Messages that nobody has acknowledged. Each is an item of its own, so two tabs never overwrite each other.

export const OUTBOX_MAX = 50; // more than the server lets wait
const OUTBOX_MS = 86_400_000; // so long the server knows a message's id

export class Outbox extends Map {
  #storage; #name;

  constructor(storage, name) {
    super();
    this.#storage = storage;
    this.#name = name;
    this.#load();
  }

  #load() {
    const mine = read(this.#storage, this.#name).map(({ key, ...m }) => ({ ...m, id: key.slice(this.#name.length) }));
    for (const m of mine.sort((a, b) => a.at - b.at)) {
      if (typeof m.content !== 'string') this.delete(m.id);
      else if (this.size < OUTBOX_MAX) this.set(m.id, { ...m, isFound: true, tried: 'before' }); // perhaps it was sent
    }
  }

  put(message) {
    const { id, content, onBusy, at, stop } = message;
    this.set(id, message);
    try { this.#storage.setItem(this.#name + id, JSON.stringify({ content, onBusy, at, stop })); } catch { /* full */ }
  }

  /** Another tab has removed what this one found there: it was acknowledged, or withdrawn. */
  isGone({ id, isFound }) {
    try { return isFound && this.#storage.getItem(this.#name + id) === null; } catch { return false; }
  }

  delete(id) {
    try { this.#storage.removeItem(this.#name + id); } catch { /* forbidden */ }
    return super.delete(id);
  }

  /** Of those that this connection was given: it is what a server means that says "too large". */
  largest() {
    return [...this.values()].filter(({ sent }) => sent).sort((a, b) => b.bytes - a.bytes)[0];
  }
}

export function isOld({ at }) { return at <= Date.now() - OUTBOX_MS; }

/** The sessions that have something there which is not too old to be sent. */
export function unsentSessions(storage, prefix) {
  const name = `${prefix}:outbox:`;
  const items = read(storage, name).filter((item) => !isOld(item));
  return [...new Set(items.map(({ key }) => key.slice(name.length).split(':')[0]))];
}

function read(storage, prefix) {
  try {
    const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i));
    return keys.filter((key) => key.startsWith(prefix)).map((key) => ({ at: 0, ...parse(storage.getItem(key)), key }));
  } catch {
    return []; // private mode, or there is none
  }
}

function parse(text) {
  try { return JSON.parse(text); } catch { return undefined; }
}
