// What goes out: messages until they are acknowledged, and stops until they are heard.
import { isOld, Outbox, OUTBOX_MAX } from './outbox.js';
import { backoff } from './later.js';

export class Post {
  #line; #turns; #outboxOf; #outbox; #sessionId; #maxBytes;
  #isOpen = false; #notBefore = 0; #refusals = 0; #stamp = 0;
  #stops = new Map(); // turns to be stopped: whether this connection was told

  constructor(line, turns, storage, prefix) {
    this.#line = line;
    this.#turns = turns;
    this.#outboxOf = (sessionId) => new Outbox(storage, `${prefix}:outbox:${sessionId}:`);
  }

  /** Into a session, with what was left there to be sent. What is left here stays in the storage. */
  enter(sessionId) {
    this.#sessionId = sessionId;
    this.#outbox = this.#outboxOf(sessionId);
    this.#stops.clear();
    for (const message of this.#outbox.values()) this.#own(message);
  }

  get isOpen() { return this.#isOpen; }

  open(maxBytes) {
    this.#maxBytes = maxBytes;
    this.#isOpen = true;
    this.#flush();
  }

  pause() { this.#isOpen = false; }

  /** There is no connection; whether it brought what it was given, nobody knows. */
  down() {
    this.pause();
    for (const message of this.#outbox.values()) message.sent = false;
    this.#forgetTold();
  }

  send(content, { id, onBusy, signal }) {
    const known = this.#turns.find(undefined, id);
    known?.heed(signal);
    if (known && (known.id || !known.ended)) return known; // else it was never taken
    this.#stamp = Math.max(Date.now(), this.#stamp + 1); // the order, also after a reload
    const message = { id, content: String(content), onBusy, at: this.#stamp };
    const isFull = this.#outbox.size >= OUTBOX_MAX;
    if (!isFull) this.#outbox.put(message); // first: whoever hears of the turn may stop it
    const turn = this.#own(message);
    if (isFull) this.#turns.fail(turn, 'outbox_full', 'Too many messages wait to be sent.', true);
    turn.heed(signal);
    this.#flush();
    return turn;
  }

  stop(turn) {
    const message = this.#outbox.get(turn.ref);
    if (turn.ended || this.#stops.has(turn)) return;
    if (message && !message.tried) return this.#turns.end(turn, 'stopped');
    this.#stops.set(turn, false);
    if (message) this.#outbox.put(Object.assign(message, { stop: true }));
    this.#flush();
  }

  stops(turn) { return this.#stops.has(turn); }
  stopHeard(turn) { this.#stops.delete(turn); }

  acknowledge(turn) { this.#outbox.delete(turn.ref); }
  welcome() { this.#refusals = 0; }

  forget(turn) {
    this.#outbox.delete(turn.ref);
    this.#stops.delete(turn);
  }

  /** The turn of the largest message that is on its way. */
  largest() { return this.#turns.find(undefined, this.#outbox.largest()?.id); }

  /** Refused, for now. */
  defer(ref, retryAfterMs = 0) {
    if (this.#outbox.has(ref)) this.#outbox.get(ref).sent = false;
    const wait = Math.max(retryAfterMs, 500 + backoff(this.#refusals++));
    this.#notBefore = performance.now() + wait;
    this.#line.cancel('flush');
    this.#flush();
  }

  /** A stop that could not be stored does not say which one it was. */
  deferStops() {
    this.#forgetTold();
    if (this.#stops.size) this.defer();
  }

  repeat({ question: content, ref: id }) {
    this.#line.tell({ type: 'user', content, id, session_id: this.#sessionId });
  }

  #forgetTold() { for (const turn of this.#stops.keys()) this.#stops.set(turn, false); }

  #own(message) {
    const { id: ref, content: question, at, stop } = message;
    const turn = this.#turns.make({ ref, question, own: true, askedAt: new Date(at) });
    this.#outbox.set(ref, message);
    this.#stamp = Math.max(this.#stamp, at);
    if (stop) this.#stops.set(turn, false);
    return this.#turns.add(turn);
  }

  #flush() {
    if (!this.#isOpen) return;
    for (const [turn, told] of this.#stops) {
      const { id: turn_id, ref } = turn;
      if (told || !(turn_id || this.#outbox.get(ref)?.sent)) continue; // else it goes with its message
      this.#halt(turn, turn_id ? { turn_id } : { ref });
    }
    const wait = this.#notBefore - performance.now();
    if (wait > 0) this.#line.after('flush', wait, () => this.#flush());
    else for (const message of this.#outbox.values()) if (!message.sent) this.#give(message);
  }

  #halt(turn, name) {
    this.#stops.set(turn, true);
    this.#line.tell({ type: 'stop', ...name });
  }

  #give(message) {
    const turn = this.#turns.find(undefined, message.id);
    const { content, id, onBusy: on_busy, tried } = message;
    if (isOld(message)) return this.#turns.fail(turn, 'expired', 'It waited for too long.', true);
    const frame = { type: 'user', content, id, session_id: this.#sessionId, on_busy };
    message.bytes = new TextEncoder().encode(JSON.stringify(frame)).length;
    if (message.bytes > this.#maxBytes) return this.#turns.fail(turn, 'message_too_large', 'The message is too large.');
    Object.assign(message, { sent: true, tried: true }); // first: whoever listens to frames may send more
    if (!tried) turn.begin();
    if (this.#stops.has(turn)) this.#halt(turn, { ref: id }); // it may overtake
    this.#line.tell(frame);
  }
}
