// Stand-ins for what a client meets: time, a server's end of a socket, a storage, a window.
import { getEventListeners } from 'node:events';
import { ChatClient } from '../../main/resources/ui/client.js';

/** Time that moves when told to. */
export class Clock {
  at = 1_000_000;
  #timers = [];

  later(action, ms) {
    const timer = { action, due: this.at + Math.max(0, ms) };
    this.#timers.push(timer);
    return timer;
  }

  never(timer) {
    this.#timers = this.#timers.filter((each) => each !== timer);
  }

  /** Runs what falls due in the next milliseconds, in order. */
  pass(ms) {
    const end = this.at + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.never(next);
      this.at = Math.max(this.at, next.due);
      next.action();
    }
    this.at = end;
  }

  get pending() {
    return this.#timers.length;
  }

  #next(end) {
    return this.#timers.filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
  }
}

/** The storage that tabs of one browser share. */
export class MemoryStorage {
  items = new Map();

  get length() {
    return this.items.size;
  }

  key(index) {
    return [...this.items.keys()][index] ?? null;
  }

  getItem(key) {
    return this.items.get(key) ?? null;
  }

  setItem(key, value) {
    this.items.set(key, String(value));
  }

  removeItem(key) {
    this.items.delete(key);
  }
}

/** Something that knows who listens to it. */
class Heard extends EventTarget {
  #types = new Set();

  addEventListener(type, ...more) {
    this.#types.add(type);
    super.addEventListener(type, ...more);
  }

  get listening() {
    return [...this.#types].flatMap((type) => getEventListeners(this, type)).length;
  }
}

/** A page that can be hidden, shown and told that it is online. */
export class FakeWindow extends Heard {
  document = Object.assign(new Heard(), { visibilityState: 'visible' });

  show(visibilityState) {
    this.document.visibilityState = visibilityState;
    this.document.dispatchEvent(new Event('visibilitychange'));
  }
}

/** One client, the clock that it lives by, and all sockets that it opened: the server is the test. */
export class Stage {
  clock;
  sockets = [];
  seen = [];
  faults = [];
  randomness = 1;

  constructor({ clock = new Clock(), storage = new MemoryStorage(), window = new FakeWindow(), ...options } = {}) {
    Object.assign(this, { clock, storage, window });
    this.#takePlace();
    this.client = new ChatClient({
      url: 'https://nova.example/ws/chat',
      sessionId: 's-1',
      storage,
      WebSocket: this.#socketClass(),
      ...options,
    });
    for (const type of ['state', 'session', 'turns', 'turn', 'change', 'delta', 'rewrite', 'end', 'synced', 'fault']) {
      this.client.addEventListener(type, (event) => this.seen.push(event));
    }
    this.client.addEventListener('fault', (event) => this.faults.push(event.error));
  }

  /** The client of the latest stage lives by its clock, in its window, and by its luck. */
  #takePlace() {
    const { clock, window } = this;
    globalThis.performance.now = () => clock.at;
    Date.now = () => clock.at;
    Math.random = () => this.randomness;
    globalThis.setTimeout = (action, ms) => clock.later(action, ms);
    globalThis.clearTimeout = (timer) => clock.never(timer);
    globalThis.document = window.document;
    globalThis.addEventListener = window.addEventListener.bind(window);
  }

  #socketClass() {
    const { sockets } = this;
    return class FakeSocket {
      readyState = 0;
      sent = [];

      constructor(url) {
        this.url = url;
        sockets.push(this);
      }

      send(data) {
        this.sent.push(JSON.parse(data));
      }

      close(code) {
        this.readyState = 3;
        this.closedWith = code ?? 1005;
      }
    };
  }

  get socket() {
    return this.sockets.at(-1);
  }

  /** What the client sent on its latest connection, of one type or of all. */
  sent(type) {
    return this.socket.sent.filter((frame) => !type || frame.type === type);
  }

  events(type) {
    return this.seen.filter((event) => event.type === type);
  }

  accept() {
    this.socket.readyState = 1;
    this.socket.onopen?.({});
    return this;
  }

  say(...frames) {
    for (const frame of frames) this.raw(JSON.stringify({ session_id: 's-1', timestamp: AT, ...frame }));
    return this;
  }

  raw(data) {
    this.socket.onmessage?.({ data });
    return this;
  }

  hangUp(code = 1006, reason = '') {
    this.socket.readyState = 3;
    this.socket.onclose?.({ code, reason });
    return this;
  }

  /** Accepts, and greets as a server does that knows nothing of the session. */
  welcome(system = {}) {
    return this.accept().say(
      { ...SYSTEM, reason: 'unknown_session', ...system },
      { type: 'history', messages: [], epoch: '', seq: 0, reset: true },
      { type: 'synced', epoch: '', seq: 0 },
    );
  }

  /** Accepts, and goes on from where the client is. */
  resume(epoch, seq, ...missed) {
    const replay = missed.map((frame) => ({ ...frame, replay: true }));
    return this.accept().say({ ...SYSTEM, epoch, seq, resumed: true }, ...replay, { type: 'synced', epoch, seq });
  }

  /** Accepts, and begins anew with a snapshot. */
  snapshot(epoch, seq, history = {}, system = {}) {
    return this.accept().say(
      { ...SYSTEM, epoch, seq, resumed: true, ...system },
      { type: 'history', messages: [], epoch, seq, reset: true, ...history },
      { type: 'synced', epoch, seq },
    );
  }
}

export const AT = '2026-11-23T22:32:25.637396762Z';

export const SYSTEM = {
  type: 'system',
  content: 'Connected.',
  epoch: '',
  seq: 0,
  resumed: false,
  turn: null,
  limits: { max_message_bytes: 262_144, max_waiting: 20, ping_ms: 25_000 },
};

/** A stage whose client is connected, in an epoch `e` that has nothing yet. */
export function connected(options) {
  const stage = new Stage(options);
  stage.client.open();
  return stage.snapshot('e', 0);
}

/** Lets everything run that waits for a promise only. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
