// A connection that mends itself. It knows when to dial and when to give up, and nothing of what is said over it.
import { asksForPatience, isFinal, pauseMs, wantsKey } from './close-codes.js';
import { ChatError } from './error.js';
import { Secret } from './secret.js';
import { Timers } from './later.js';

const DIAL_MS = 20_000; // to `system`: a server that waits for a key is silent for 10 s
const UPTIME_MS = 5_000; // a connection that dies sooner does not end the back-off
const SILENCE_MS = 10_000; // beyond the server's pings
const PROBE_MS = 5_000; // from a ping to any frame

export class Line {
  state = 'idle';
  #o; #emit; #ws; #secret; #timers = new Timers(); #listeners; #attempt = 0; #silenceMs;
  #isPatient = false; // the server has asked for the pause that waits

  /** `hello()` is what to say first, `hear(frame)` listens; `down(code)` may give back what to do afterwards. */
  constructor({ token, emit, ...options }) {
    this.#o = options;
    this.#emit = emit;
    this.#secret = new Secret(token);
  }

  open() {
    if (!['idle', 'closed', 'unauthorized'].includes(this.state)) return;
    this.#listen();
    this.#attempt = 0;
    this.#dial();
  }

  close() {
    if (this.state === 'closed') return;
    this.#hangUp(1000);
    this.#shut();
  }

  setToken(token) {
    this.#secret = new Secret(token);
    this.#attempt = 0;
    if (this.state !== 'idle' && this.state !== 'closed') this.#dial();
  }

  wake() {
    if (this.state === 'waiting') this.#dial();
    else if (this.state === 'open') {
      this.after('probe', PROBE_MS, () => this.lose());
      this.tell({ type: 'ping' });
    }
  }

  /** The server has taken this connection. */
  ready(pingMs = 25_000) {
    if (!this.#ws) return; // somebody who heard of it has hung up
    this.#silenceMs = pingMs + SILENCE_MS;
    this.#hearken();
    if (this.state !== 'connecting') return;
    this.#timers.stop('dial');
    this.after('uptime', UPTIME_MS, () => { this.#attempt = 0; });
    this.#become('open');
  }

  /** Gives back whether there is a connection, also after all that listen to frames have had their say. */
  tell(frame) {
    const ws = this.#ws;
    if (ws?.readyState !== 1) return false;
    const data = JSON.stringify(frame);
    ws.send(data);
    this.#emit('frame', { direction: 'out', data: this.mask(data) });
    return ws === this.#ws;
  }

  mask(text) { return this.#secret.mask(text); }

  /** Later, if this connection lasts so long; nothing where it is gone, or where that waits already: then false. */
  after(name, ms, action) {
    if (!this.#ws || this.#timers.has(name)) return false;
    this.#timers.start(name, ms, action);
    return true;
  }

  cancel(name) { this.#timers.stop(name); }

  lose(code, reason) {
    const afterwards = this.#hangUp(undefined, code);
    if (isFinal(code)) this.#shut(code, reason);
    else if (wantsKey(code)) this.#become('unauthorized', { code, reason });
    else this.#wait(code, reason);
    afterwards?.(); // last: whoever hears of it may close, or dial
  }

  #wait(code, reason) {
    const retryInMs = pauseMs(code, this.#attempt);
    this.#isPatient = asksForPatience(code);
    this.#attempt++;
    this.#timers.start('dial', retryInMs, () => this.#dial());
    this.#become('waiting', { code, reason, retryInMs });
  }

  #dial() {
    this.#hangUp();
    try {
      this.#ws = new this.#o.WebSocket(this.#o.url);
    } catch (error) {
      return this.#shut(undefined, error.message);
    }
    const ws = this.#ws;
    const current = (action) => (event) => { if (ws === this.#ws) action(event); };
    ws.onopen = current(() => this.tell({ type: 'hello', token: this.#secret.token, ...this.#o.hello() }));
    ws.onmessage = current((event) => this.#receive(event.data));
    ws.onclose = current((event) => this.lose(event.code, event.reason));
    ws.onerror = () => {}; // a close follows
    this.after('dial', DIAL_MS, () => this.lose());
    this.#become('connecting');
  }

  #receive(data) {
    const ws = this.#ws;
    this.#timers.stop('probe');
    if (this.state === 'open') this.#hearken();
    this.#emit('frame', { direction: 'in', data: this.mask(String(data)) });
    try {
      const frame = JSON.parse(data);
      if (ws === this.#ws) this.#o.hear(frame);
    } catch {
      this.#emit('fault', { error: new ChatError('bad_frame', 'The server sent what nobody understands.') });
    }
  }

  #hearken() { this.#timers.start('silence', this.#silenceMs, () => this.lose()); }

  #hangUp(code, lostWith) {
    const ws = this.#ws;
    this.#ws = undefined;
    this.#timers.clear();
    if (!ws) return undefined;
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close(code);
    return this.#o.down(lostWith);
  }

  #shut(code, reason) {
    this.#listeners?.abort();
    this.#o.shut();
    this.#become('closed', { code, reason });
  }

  #become(state, more) {
    this.state = state;
    this.#emit('state', { state, attempt: this.#attempt, ...more });
  }

  #listen() {
    this.#listeners?.abort();
    this.#listeners = new AbortController();
    const on = { signal: this.#listeners.signal };
    const { addEventListener, document } = globalThis;
    const stir = () => { if (this.state !== 'waiting' || !this.#isPatient) this.wake(); };
    addEventListener?.('online', stir, on); // never a gate: this machine can be reached offline
    addEventListener?.('pageshow', (event) => event.persisted && stir(), on);
    document?.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && stir(), on);
  }
}
