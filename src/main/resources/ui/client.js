// One conversation over a WebSocket that mends itself. What it offers: client.d.ts; what it does: client/session.js.
import { ChatError } from './client/error.js';
import { unsentSessions as unsentIn } from './client/outbox.js';
import { Line } from './client/line.js';
import { Session } from './client/session.js';
import { backoff } from './client/later.js';
import { Turn } from './client/turn.js';

export { backoff, ChatError, Turn };

export class ChatClient extends EventTarget {
  #line; #session;

  /** @param {import('./client.js').ChatClientOptions} [options] */
  constructor({ url = new URL('ws/chat', import.meta.url), token, sessionId = uid(), ...options } = {}) {
    super();
    const emit = (type, fields) => this.dispatchEvent(Object.assign(new Event(type), fields));
    const { WebSocket, ...o } = withDefaults(options);
    this.#line = new Line({
      url: addressOf(url), token, WebSocket, emit,
      hello: () => this.#session.hello(),
      hear: (frame) => this.#session.hear(frame),
      down: (code) => this.#session.down(code),
      shut: () => this.#session.shut(),
    });
    this.#session = new Session(this.#line, emit, { sessionId, ...o });
  }

  get state() { return this.#line.state; }
  get sessionId() { return this.#session.id; }
  get agentId() { return this.#session.agentId; }
  get identity() { return this.#session.identity; }
  get limits() { return this.#session.limits; }
  get turns() { return this.#session.turns; }
  get hasOlder() { return this.#session.hasOlder; }

  open() {
    this.#line.open();
    return this;
  }

  close() { this.#line.close(); }
  setToken(token) { this.#line.setToken(token); }
  wake() { this.#line.wake(); }

  /** @param {unknown} content @param {{ id?: string, onBusy?: string, signal?: AbortSignal }} [options] */
  send(content, { id = uid(), ...options } = {}) { return this.#session.send(content, { id, ...options }); }

  loadOlder(limit = 50) { return this.#session.loadOlder(limit); }
}

/** @param {{ storage?: Storage | null, storagePrefix?: string }} [options] */
export function unsentSessions(options = {}) {
  const { storage, storagePrefix } = withDefaults(options);
  return unsentIn(storage, storagePrefix);
}

/** @returns {any} */
function withDefaults(options) {
  const events = ['user', 'status', 'thinking', 'meta'];
  const o = { events, storage: undefined, storagePrefix: 'nova-chat', WebSocket: globalThis.WebSocket };
  for (const name in options) if (options[name] !== undefined) o[name] = options[name];
  try { if (o.storage === undefined) o.storage = globalThis.localStorage; } catch { /* forbidden */ }
  return o;
}

function addressOf(url) {
  const address = new URL(url, import.meta.url);
  address.protocol = address.protocol.replace('http', 'ws');
  address.searchParams.set('v', '2');
  return address;
}

function uid() {
  if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
  const url = URL.createObjectURL(new Blob()); // ends in a UUID too, also on pages without TLS
  URL.revokeObjectURL(url);
  return url.slice(-36);
}
