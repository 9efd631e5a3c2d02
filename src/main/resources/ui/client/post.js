// What goes out: messages until they are acknowledged, and stops until they are heard.
import { isOld, Outbox, OUTBOX_MAX } from './outbox.js';
import { backoff } from './later.js';

export class Post {
  #line; #turns; #gone; #outboxOf; #outbox; #sessionId; #maxBytes;
  #isOpen = false; #notBefore = 0; #refusals = 0; #stamp = 0;
  #stopRefusals = 0;
  #stops = new Map(); // turns to be stopped: whether this connection was told

  /** `gone(turn)` is told of a message that another tab has taken away. */
  constructor(line, turns, storage, prefix, gone) {
    this.#line = line;
    this.#turns = turns;
    this.#gone = gone;
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
    for (const message of this.#outbox.values()) {
      message.sent = false;
      if (message.tried) message.tried = 'before';
    }
    this.#forgetTold();
  }

  send(content, { id, onBusy, signal }) {
    const known = this.#turns.find(undefined, id);
    known?.heed(signal);
    if (known) return known;
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
    this.#turns.change(turn, { stopping: true });
    this.#flush();
  }

  stops(turn) { return this.#stops.has(turn); }
  stopHeard(turn) {
    this.#stopRefusals = 0;
    this.#stops.delete(turn);
  }

  acknowledge(turn) { this.#outbox.delete(turn.ref); }
  welcome() { this.#refusals = 0; }

  forget(turn) {
    this.#outbox.delete(turn.ref);
    this.#stops.delete(turn);
  }

  /** The turn of the largest message that is on its way. */
  largest() { return this.#turns.find(undefined, this.#outbox.largest()?.id); }

  /** Refused, for now; surely, unless the server cannot tell what became of it. */
  defer(ref, retryAfterMs = 0, isSure = true) {
    const message = this.#outbox.get(ref);
    if (message) Object.assign(message, { sent: false, tried: isSure && message.tried === 'now' ? undefined : message.tried });
    const wait = Math.max(retryAfterMs, 500 + backoff(this.#refusals++));
    this.#notBefore = performance.now() + wait;
    this.#line.cancel('flush');
    this.#flush();
  }

  /** A stop that could not be stored does not say which one it was. */
  deferStops() {
    if (!this.#stops.size) return;
    const wait = 500 + backoff(this.#stopRefusals);
    if (this.#line.after('stops', wait, () => { this.#forgetTold(); this.#flush(); })) this.#stopRefusals++;
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
    turn.change({ stopping: Boolean(stop) });
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

  /** The server is asked which of the two it was. */
  #lose(turn) {
    this.#outbox.delete(turn.ref);
    this.#gone(turn);
  }

  #give(message) {
    const turn = this.#turns.find(undefined, message.id);
    const { content, id, onBusy: on_busy } = message;
    if (this.#outbox.isGone(message)) return this.#lose(turn);
    if (isOld(message)) return this.#turns.fail(turn, 'expired', 'It waited for too long.', true);
    const frame = { type: 'user', content, id, session_id: this.#sessionId, on_busy };
    message.bytes = new TextEncoder().encode(JSON.stringify(frame)).length;
    if (message.bytes > this.#maxBytes) return this.#turns.fail(turn, 'message_too_large', 'The message is too large.');
    message.sent = true; // first: whoever listens to frames may send more
    message.tried ??= 'now';
    if (message.tried === 'now') turn.begin();
    if (this.#stops.has(turn)) this.#halt(turn, { ref: id }); // it may overtake
    this.#line.tell(frame);
  }
}
