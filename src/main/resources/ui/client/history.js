// The conversation as the server keeps it: snapshots and older pages.
import { ChatError, unanswered } from './error.js';
import { deferred } from './later.js';
import { dateOf } from './turns.js';

const PAGE_MS = 10_000;

const ENDS = {
  failed: () => new ChatError('broken_off', 'The answer broke off; how is not known.', true),
  interrupted: () => new ChatError('interrupted', 'The answer was interrupted.', true),
};

/** Gives back the turns that the server should know and did not name. */
export function takeSnapshot(turns, { messages, partial, more = false }) {
  const before = turns.all;
  const { told, news } = read(turns, messages, partial);
  const first = before.indexOf(told[0]);
  const older = more && first > 0 ? before.slice(0, first) : []; // pages that were loaded stay
  const kept = new Set([...older, ...told]);
  const rest = before.filter((turn) => !kept.has(turn) && !(turn.ended && turn.id));
  turns.list([...kept, ...rest], older.length ? undefined : more);
  for (const [type, turn] of news) turns.say(type, turn);
  return rest.filter((turn) => turn.id && !turn.ended);
}

export function takePage(turns, { messages, more = false }) {
  const { told } = read(turns, messages.filter((m) => !turns.find(m.turn_id)));
  turns.list([...told, ...turns.all], more);
}

/** The turns of some messages, and what there is to tell about those that were known. */
function read(turns, messages, partial) {
  const pairs = new Map();
  for (const m of messages) pairs.set(m.turn_id, { ...pairs.get(m.turn_id), [m.role]: m });
  const news = [];
  const told = [...pairs].map(([id, { user, assistant }]) => {
    const known = turns.find(id, user?.id);
    const turn = known ?? turns.make({ state: 'waiting' });
    turns.know(turn, id, user?.id);
    const text = assistant?.content ?? (partial?.turn_id === id ? partial.text : '');
    const types = retell(turns, turn, user, assistant, text);
    if (known) news.push(...types.map((type) => [type, turn]));
    return turn;
  });
  return { told, news };
}

function retell(turns, turn, user, assistant, text) {
  const types = [];
  if (user) turn.change({ question: user.content, askedAt: turn.askedAt ?? dateOf(user.at) });
  if (turn.text !== text && (assistant || !turn.ended)) {
    turn.rewrite(text);
    types.push('rewrite');
  }
  if (turn.ended) return types;
  if (!assistant && ['running', 'waiting'].includes(user?.state)) {
    const place = user.state === 'running' ? { position: undefined, waitsFor: undefined } : {};
    turn.change({ state: user.state, error: undefined, ...place });
    return [...types, 'change'];
  }
  turns.finish(turn, assistant?.state ?? 'failed', assistant ? ENDS[assistant.state]?.() : unanswered(), undefined, true);
  return [...types, 'end'];
}

/** Older turns, one page at a time. */
export class Pages {
  #line; #page; #before;

  constructor(line) { this.#line = line; }

  /** Nothing is sent where the line is not `ready` for it. */
  load(ready, before, limit) {
    if (this.#page) return this.#page.promise;
    const { promise } = this.#page = deferred();
    this.#before = before;
    this.#line.after('page', PAGE_MS, () => this.settle(new ChatError('timeout', 'No answer came.', true)));
    if (!ready || !this.#line.tell({ type: 'history', before, limit })) this.lose('There is no connection.');
    return promise;
  }

  get areAsked() { return Boolean(this.#page); }

  /** A page that goes before another turn than the oldest would leave a hole. */
  keep(oldest) { if (this.#before !== oldest) this.lose('The conversation is another one.'); }

  lose(words) { this.settle(new ChatError('not_connected', words, true)); }

  settle(error) {
    const page = this.#page;
    this.#page = undefined;
    this.#line.cancel('page');
    if (error) page?.reject(error);
    else page?.resolve();
  }
}
