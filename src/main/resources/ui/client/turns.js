// The turns, each known by its id or, until the server has given one, by its sender's name for it (`ref`).
import { ChatError } from './error.js';
import { Turn } from './turn.js';

export class Turns {
  hasOlder = false;
  #all = []; #o;

  /** `known(turn)` and `ended(turn)` are told of what nobody has to send any more. */
  constructor(options) { this.#o = options; }

  get all() { return this.#all; }
  get oldest() { return this.#all.find((turn) => turn.id); }

  /** From the end, where most of what happens happens. What ended before it was taken has lost its name. */
  find(id, ref) {
    const last = (is) => this.#all.findLast(is);
    return id && last((turn) => turn.id === id) || ref && last((turn) => turn.ref === ref && (turn.id || !turn.ended));
  }

  /** A turn that is not in the list yet. */
  make(fields) { return new Turn(fields, this.#o.stop); }

  add(turn) {
    this.#all.push(turn);
    this.say('turn', turn);
    return turn;
  }

  list(turns, hasOlder = this.hasOlder) {
    this.#all = turns;
    this.hasOlder = hasOlder;
    this.#o.emit('turns');
  }

  /** Another conversation, and nothing of it is known; gives back what had not ended. */
  leave() {
    const left = this.#all.filter((turn) => !turn.ended);
    this.#all = [];
    this.hasOlder = false;
    return left;
  }

  /** The server has it. */
  know(turn, id, ref) {
    turn.change({ id, ref: turn.ref ?? ref });
    this.#o.known(turn);
  }

  place(turn, state, position, waitsFor) {
    if (turn.position !== position) this.#moveUp(turn.position);
    this.change(turn, { state, position, waitsFor, error: undefined });
  }

  change(turn, fields) {
    if (!turn || turn.ended) return;
    turn.change(fields);
    this.say('change', turn);
  }

  end(turn, state, error, stats, replay) {
    if (turn.ended) return;
    const { position } = turn;
    this.finish(turn, state, error, stats, replay);
    this.#moveUp(position);
    this.say('end', turn);
  }

  /** Without a word; whoever ends it so says it later. */
  finish(turn, state, error, stats, replay) {
    turn.finish(state, error, stats, replay);
    this.#o.ended(turn);
  }

  fail(turn, code, words, retryable) { this.end(turn, 'failed', new ChatError(code, words, retryable)); }

  say(type, turn, more) { this.#o.emit(type, { turn, ...more }); }

  #moveUp(from) {
    for (const turn of this.#all) if (turn.position > from) this.change(turn, { position: turn.position - 1 });
  }
}

// What each numbered frame does to its turn.
const APPLY = new Map(Object.entries({
  user: asked,
  turn_start: started,
  stream_chunk: grown,
  status: (c, turn, { status }) => c.change(turn, { status }),
  thinking: (c, turn, { delta }) => c.change(turn, { thinking: turn.thinking + delta }),
  meta: (c, turn, { meta }) => c.change(turn, { meta: { ...turn.meta, ...meta } }),
  queued: (c, turn, { position, reason }) => c.place(turn, 'waiting', position, reason),
  stream_end: (c, turn, { reason, stats, replay }) =>
    c.end(turn, reason === 'stopped' ? reason : 'complete', undefined, stats, replay),
  error: (c, turn, { code, replay }, error) => c.end(turn, code === 'interrupted' ? code : 'failed', error, undefined, replay),
}));

export function isEvent({ type, seq }) { return APPLY.has(type) && Number.isInteger(seq); }

/** `error` is what the frame says went wrong, if it is such a one. */
export function apply(turns, frame, error) {
  if (typeof frame.turn_id !== 'string') return;
  const turn = turnOf(turns, frame);
  // The first end counts; and what a snapshot had already may be told again.
  if (!turn.ended) APPLY.get(frame.type)(turns, turn, frame, error);
}

function turnOf(turns, { type, turn_id: id, id: name, ref = type === 'user' ? name : undefined, content }) {
  const known = turns.find(id, ref);
  const turn = known ?? turns.make({ state: 'waiting', question: type === 'user' ? content : '' });
  turns.know(turn, id, ref);
  return known ?? turns.add(turn);
}

function asked(turns, turn, { content, timestamp, replay }) {
  if (!replay) turn.begin();
  turn.change({ question: content, askedAt: turn.askedAt ?? dateOf(timestamp) });
  turns.place(turn, turn.state === 'unsent' ? 'waiting' : turn.state, turn.position, turn.waitsFor);
}

function started(turns, turn, { replay }) {
  const had = turn.text;
  if (!replay) turn.begin();
  turn.rewrite('');
  turn.change({ thinking: '' });
  turns.place(turn, 'running');
  if (had) turns.say('rewrite', turn);
}

function grown(turns, turn, { delta, replay = false }) {
  if (typeof delta !== 'string') return;
  if (turn.state !== 'running') turns.place(turn, 'running');
  turn.append(delta, replay);
  turns.say('delta', turn, { delta, replay });
}

/** Nanoseconds are more than every browser reads. */
export function dateOf(text) { return text ? new Date(text.replace(/(\.\d{3})\d+/, '$1')) : undefined; }
