// A whole client: what each frame does to the position, the turns and the outbox; PROTOCOL.md, "A whole client".
import { Doubts } from './doubts.js';
import { ChatError } from './error.js';
import { Pages, takePage, takeSnapshot } from './history.js';
import { Position } from './position.js';
import { Post } from './post.js';
import { apply, isEvent, Turns } from './turns.js';

const KEY_WANTED = ['unauthorized', 'token_expired'];
const UNSURE = ['store_unavailable', 'draining', 'internal']; // who says so may have taken it

export class Session {
  agentId; identity; limits;
  #line; #emit; #events; #position; #turns; #post; #doubts; #pages; #current; // the turn that runs

  constructor(line, emit, { sessionId, events, storage, storagePrefix }) {
    this.#line = line;
    this.#emit = emit;
    this.#events = events;
    this.#position = new Position(line);
    this.#turns = new Turns({
      emit,
      stop: (turn) => this.#post.stop(turn),
      known: (turn) => { this.#post.acknowledge(turn); this.#doubts.delete(turn); },
      ended: (turn) => { this.#post.forget(turn); this.#doubts.delete(turn); },
    });
    this.#post = new Post(line, this.#turns, storage, storagePrefix, (turn) => this.#doubts.add(turn, 'stopped'));
    this.#doubts = new Doubts(line, this.#post, this.#turns);
    this.#pages = new Pages(line);
    this.#enter(sessionId);
  }

  get id() { return this.#position.session; }
  get turns() { return this.#turns.all; }
  get hasOlder() { return this.#turns.hasOlder; }

  send(content, options) { return this.#post.send(content, options); }

  loadOlder(limit) { return this.#pages.load(this.#post.isOpen, this.#turns.oldest?.id, limit); }

  hello() { return { ...this.#position.fields, events: this.#events }; }

  hear(f) {
    if (isEvent(f)) return this.#onNumbered(f);
    switch (f.type) {
      case 'system': return this.#onSystem(f);
      case 'history': return f.reset ? this.#onSnapshot(f) : this.#onPage(f);
      case 'synced': return this.#onSynced(f);
      case 'ack': return this.#onAck(f);
      case 'error': return this.#onRefusal(f);
      case 'queued': return this.#onHeld(f);
      case 'ping': return this.#compare(f);
      case 'pong': return this.#onPong(f);
    }
  }

  /** The connection is gone; gives back what is to be done once everybody knows. */
  down(code) {
    const tooLarge = code === 1009 && this.#post.largest();
    this.#post.down();
    this.#position.answered();
    for (const turn of this.turns) turn.cut();
    this.#pages.lose('The connection was lost.');
    if (tooLarge) return () => this.#turns.fail(tooLarge, 'message_too_large', 'The message is too large.');
  }

  shut() { for (const turn of this.turns) turn.abandon(new ChatError('closed', 'The client was closed.', true)); }

  #enter(id) {
    this.#position.enter(id);
    this.#post.enter(id);
  }

  #onNumbered(f) {
    if (this.#position.has(f.seq)) return;
    if (this.#position.misses(f.from ?? f.seq)) return this.#line.lose(undefined, 'Something was missing.');
    this.#position.reach(f.seq);
    apply(this.#turns, f, f.type === 'error' ? this.#errorOf(f) : undefined);
  }

  #onSystem({ session_id: id, agent_id, identity, limits, turn, resumed, reason }) {
    const other = id !== this.id;
    this.#post.pause();
    this.#position.answered();
    if (other) this.#move(id);
    this.agentId = agent_id ?? this.agentId;
    this.identity = identity ?? this.identity;
    this.limits = limits ?? this.limits;
    this.#current = turn?.id;
    this.#line.ready(this.limits?.ping_ms);
    this.#emit('session', { sessionId: id, resumed: Boolean(resumed), reason });
    if (other) this.#emit('turns');
  }

  /** Into another one, because the server said so. */
  #move(id) {
    const left = this.#turns.leave();
    this.#doubts.begin([]);
    this.agentId = undefined;
    this.#enter(id);
    const error = new ChatError('forbidden_session', 'The conversation belongs to another key.');
    for (const turn of left) this.#turns.end(turn, 'failed', error);
  }

  #onSnapshot(f) {
    this.#position.move(f.epoch, f.seq);
    const missing = takeSnapshot(this.#turns, f);
    this.#pages.keep(this.#turns.oldest?.id);
    this.#doubts.begin(missing.filter((turn) => turn.id !== this.#current));
  }

  #onPage(f) {
    if (!this.#pages.areAsked) return; // its place may be gone
    takePage(this.#turns, f);
    this.#pages.settle();
  }

  #onSynced({ epoch, seq }) {
    this.#position.move(epoch, seq);
    this.#post.open(this.limits?.max_message_bytes);
    this.#doubts.settle();
    this.#emit('synced');
  }

  #onAck({ ref, turn_id: id, state, position }) {
    const turn = this.#turns.find(id, ref);
    if (!turn || turn.ended) return;
    if (state === 'idle') return turn.id ? this.#doubts.add(turn) : undefined;
    if (!id) return this.#turns.end(turn, 'stopped'); // it was held, and is dropped
    const isNews = turn.state === 'unsent' || this.#doubts.has(turn);
    if (!ref) this.#post.stopHeard(turn);
    this.#turns.know(turn, id, ref);
    this.#post.welcome();
    if (!isNews) return;
    const waits = state === 'queued' || position;
    this.#turns.place(turn, waits ? 'waiting' : 'running', position, waits ? 'busy' : undefined);
    if (state === 'duplicate' && !waits) this.#doubts.add(turn);
  }

  #onHeld({ ref, position, reason }) {
    this.#turns.change(this.#turns.find(undefined, ref), { position, waitsFor: reason, error: undefined });
  }

  #onRefusal(f) {
    const error = this.#errorOf(f);
    const turn = this.#turns.find(undefined, f.ref);
    const isStore = f.code === 'store_unavailable';
    if (f.code === 'message_too_large') return this.#onTooLarge(error, turn);
    if (isStore) this.#post.deferStops();
    if (isStore && !f.ref) this.#pages.settle(error);
    if (!f.ref) this.#position.answered();
    if (!turn || turn.ended) return this.#emit('fault', { error });
    const isLater = (f.retryable && f.code !== 'busy') || KEY_WANTED.includes(f.code);
    if (!isLater) return this.#turns.end(turn, 'failed', error);
    if (this.#post.stops(turn) && !isStore && !turn.id) return this.#turns.end(turn, 'stopped');
    this.#turns.change(turn, { error });
    this.#post.defer(f.ref, f.retry_after_ms, !UNSURE.includes(f.code));
  }

  #onTooLarge(error, turn = this.#post.largest()) {
    this.#line.lose(); // as the server is about to; its 1009 would look like another one's
    if (turn) this.#turns.end(turn, 'failed', error); // last: whoever hears of it may close, or dial
  }

  #onPong(f) {
    if (!this.#position.isBehind(f)) this.#doubts.conclude(f.turn?.id); // all that there is was told
    this.#compare(f);
  }

  #compare(f) { if (this.#post.isOpen) this.#position.compare(f); }

  #errorOf({ code, content, retryable, retry_after_ms }) {
    return new ChatError(String(code), this.#line.mask(String(content)), retryable === true, retry_after_ms);
  }
}
