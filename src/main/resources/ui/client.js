// One conversation over a WebSocket that mends itself. What it offers is in client.d.ts, what it says in PROTOCOL.md.

const DIAL_MS = 20_000; // to `system`: a server that waits for a key is silent for 10 s
const UPTIME_MS = 5_000; // a connection that dies sooner does not end the back-off
const SILENCE_MS = 10_000; // beyond the server's pings
const PROBE_MS = 5_000; // from a ping to any frame
const PATIENCE_MS = 3_000; // for what is on its way
const HIDDEN_MS = 5_000; // at least, where nobody looks
const PAGE_MS = 10_000;
const OUTBOX_MAX = 50; // more than the server lets wait
const OUTBOX_MS = 86_400_000; // so long the server knows a message's id
const GAPS_MAX = 1_000;

const FINAL = new Set([1000, 1002, 1003, 1007, 1008, 1010, 4003, 4400]);
const KEY_WANTED = new Set([4001, 4012, 'unauthorized', 'token_expired']);
const PAUSE_MS = { 1013: 5_000, 4008: 5_000, 4029: 60_000 };
const ASIDES = ['user', 'status', 'thinking', 'meta'];
const NUMBERED = new Set([...ASIDES, 'turn_start', 'stream_chunk', 'queued', 'stream_end', 'error']);

/** Milliseconds before attempt `n`, with full jitter: clients that were cut off together do not come back together. */
export function backoff(n, random = Math.random) {
  return Math.round(random() * Math.min(20_000, 500 * 2 ** Math.min(n, 16)));
}

function uid() {
  if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
  const url = URL.createObjectURL(new Blob()); // ends in a UUID too, also on pages without TLS
  URL.revokeObjectURL(url);
  return url.slice(-36);
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  made.promise.catch(() => {}); // nobody has to look
  return made;
}

export class ChatError extends Error {
  constructor(code, message, retryable = false, retryAfterMs = undefined) {
    super(message);
    Object.assign(this, { name: 'ChatError', code, retryable, retryAfterMs });
  }
}

/** Times one answer. */
class Stopwatch {
  #began; #first; #ended; #last; #gaps = [];
  frames = 0;
  reconnects = 0;

  begin() { this.#began ??= performance.now(); }
  end() { this.#ended ??= performance.now(); }
  cut() { this.reconnects++; this.#last = undefined; }

  tick(isFirst) {
    const now = performance.now();
    if (isFirst) this.#first ??= now;
    if (this.#last !== undefined) this.#gaps[this.frames % GAPS_MAX] = now - this.#last;
    this.#last = now;
    this.frames++;
  }

  read() {
    const since = (at) => (this.#began === undefined || at === undefined ? undefined : at - this.#began);
    const gaps = Object.values(this.#gaps).sort((a, b) => a - b);
    const share = (p) => gaps[Math.ceil(p * gaps.length) - 1];
    const gapMs = gaps.length ? { p50: share(0.5), p95: share(0.95), max: share(1) } : undefined;
    const { frames, reconnects } = this;
    return { firstDeltaMs: since(this.#first), durationMs: since(this.#ended ?? performance.now()), frames, gapMs, reconnects };
  }
}

/** Beyond client.d.ts there are methods here that only the client calls. */
export class Turn {
  state = 'unsent'; question = ''; text = ''; thinking = '';
  id; ref; status; meta; position; waitsFor; error; askedAt;
  ended = false;
  own = false;
  watch = new Stopwatch();
  over = new AbortController();
  #edition = 0; #pulse = deferred(); #whole = deferred(); #stop; #server;

  constructor(fields, stop) {
    Object.assign(this, fields);
    this.#stop = stop;
  }

  get done() { return this.#whole.promise; }
  get stats() { return { ...this.watch.read(), chars: this.text.length, server: this.#server }; }
  stop() { this.#stop(this); }

  append(delta, replay) {
    if (!replay) this.watch.tick(!this.text);
    this.text += delta;
    this.#beat();
  }

  rewrite(text) {
    this.text = text;
    this.#edition++;
    this.#beat();
  }

  finish(state, error, server) {
    Object.assign(this, { state, error, ended: true, status: undefined, position: undefined, waitsFor: undefined });
    this.#server = server;
    this.watch.end();
    this.over.abort();
    if (error) this.#whole.reject(error);
    else this.#whole.resolve(this.text);
    this.#beat();
  }

  /** Nobody waits for what may never come; after another `open` the turn goes on. */
  abandon(error) {
    if (this.ended) return;
    const waiting = [this.#pulse, this.#whole];
    this.#pulse = deferred();
    this.#whole = deferred();
    for (const each of waiting) each.reject(error);
  }

  #beat() {
    this.#pulse.resolve();
    this.#pulse = deferred();
  }

  async *[Symbol.asyncIterator]() {
    for (let told = '', edition = this.#edition; ; ) {
      if (edition !== this.#edition && !told.startsWith(this.text)) { // else what was told is being told again
        edition = this.#edition;
        if (!this.text.startsWith(told)) told = '';
      }
      if (edition === this.#edition && told.length < this.text.length) {
        const delta = this.text.slice(told.length);
        told = this.text;
        yield delta;
      } else if (this.error && this.ended) throw this.error;
      else if (this.ended) return;
      else await this.#pulse.promise;
    }
  }
}

/** Messages that nobody has acknowledged. Each is an item of its own, so two tabs never overwrite each other. */
class Outbox extends Map {
  #storage; #name;

  constructor(storage, name, oldest) {
    super();
    this.#storage = storage;
    this.#name = name;
    try { this.#load(oldest); } catch { /* private mode, or not ours */ }
  }

  #load(oldest) {
    const keys = Array.from({ length: this.#storage.length }, (_, i) => this.#storage.key(i));
    const mine = keys.filter((key) => key.startsWith(this.#name)).map((key) => this.#read(key));
    for (const m of mine.sort((a, b) => a.at - b.at)) {
      if (m.at > oldest && typeof m.content === 'string' && this.size < OUTBOX_MAX) this.set(m.id, { ...m, tried: true }); // perhaps it was sent
      else this.delete(m.id);
    }
  }

  #read(key) {
    const id = key.slice(this.#name.length);
    try { return { at: 0, ...JSON.parse(this.#storage.getItem(key)), id }; } catch { return { at: 0, id }; }
  }

  put({ id, content, onBusy, at, stop }) {
    try { this.#storage.setItem(this.#name + id, JSON.stringify({ content, onBusy, at, stop })); } catch { /* full */ }
  }

  delete(id) {
    try { this.#storage.removeItem(this.#name + id); } catch { /* as above */ }
    return super.delete(id);
  }
}

export class ChatClient extends EventTarget {
  state = 'idle'; hasOlder = false;
  sessionId; agentId; identity; limits;
  #o; #url; #token; #secret; #ws; #timers = {}; #listeners; #attempt = 0;
  #epoch; #last = 0; #synced = false; #resuming = false; #current; // the position, and the turn that runs
  #turns = []; #page;
  #outbox; #notBefore = 0; #refusals = 0; #stamp = 0;
  #stops = new Map(); // turns to be stopped: whether this connection was told
  #lost = new Map(); // turns that the server seems not to know: whether it said so

  /** @param {import('./client.js').ChatClientOptions} [options] */
  constructor({ url = new URL('ws/chat', import.meta.url), token, sessionId = uid(), ...options } = {}) {
    super();
    this.#o = { events: ASIDES, storagePrefix: 'nova-chat', WebSocket: globalThis.WebSocket };
    for (const name in options) if (options[name] !== undefined) this.#o[name] = options[name];
    try { if (this.#o.storage === undefined) this.#o.storage = globalThis.localStorage; } catch { /* forbidden */ }
    this.#url = new URL(url, import.meta.url);
    this.#url.protocol = this.#url.protocol.replace('http', 'ws');
    this.#url.searchParams.set('v', '2');
    this.#take(token);
    this.#enter(sessionId);
  }

  get turns() { return this.#turns; }

  open() {
    if (['idle', 'closed', 'unauthorized'].includes(this.state)) {
      this.#listen();
      this.#attempt = 0;
      this.#dial();
    }
    return this;
  }

  close() {
    if (this.state === 'closed') return;
    this.#hangUp(1000);
    this.#shut();
  }

  setToken(token) {
    this.#take(token);
    this.#attempt = 0;
    if (this.state !== 'idle' && this.state !== 'closed') this.#dial();
  }

  wake() {
    if (this.state === 'waiting') this.#dial();
    else if (this.state === 'open' && this.#tell({ type: 'ping' })) this.#after('probe', PROBE_MS, () => this.#lose());
  }

  /** @param {unknown} content @param {{ id?: string, onBusy?: string, signal?: AbortSignal }} [options] */
  send(content, { id = uid(), onBusy, signal } = {}) {
    const known = this.#find(undefined, id);
    if (known && !known.ended) return known;
    this.#stamp = Math.max(Date.now(), this.#stamp + 1); // the order, also after a reload
    const message = { id, content: String(content), onBusy, at: this.#stamp };
    const turn = this.#own(message);
    if (this.#outbox.size > OUTBOX_MAX) this.#fail(turn, 'outbox_full', 'Too many messages wait to be sent.', true);
    else this.#outbox.put(message);
    if (signal?.aborted) turn.stop();
    signal?.addEventListener('abort', () => turn.stop(), { signal: turn.over.signal });
    this.#flush();
    return turn;
  }

  loadOlder(limit = 50) {
    if (this.#page) return this.#page.promise;
    const page = this.#page = deferred();
    const before = this.#turns.find((turn) => turn.id)?.id;
    const asked = this.#synced && this.#tell({ type: 'history', before, limit });
    if (asked) this.#after('page', PAGE_MS, () => this.#turnPage(new ChatError('timeout', 'No answer came.', true)));
    else this.#turnPage(new ChatError('not_connected', 'There is no connection.', true));
    return page.promise;
  }

  // ---- the connection

  #dial() {
    this.#hangUp();
    try {
      this.#ws = new this.#o.WebSocket(this.#url);
    } catch (error) {
      return this.#shut(undefined, error.message);
    }
    const ws = this.#ws;
    const current = (action) => (event) => { if (ws === this.#ws) action(event); };
    ws.onopen = current(() => this.#greet());
    ws.onmessage = current((event) => this.#receive(event.data));
    ws.onclose = current((event) => this.#lose(event.code, event.reason));
    ws.onerror = () => {}; // a close follows
    this.#after('dial', DIAL_MS, () => this.#lose());
    this.#become('connecting');
  }

  #greet() {
    this.#tell({ type: 'hello', token: this.#token || undefined, ...this.#position(), events: this.#o.events });
  }

  #position() {
    const known = this.#epoch ? { epoch: this.#epoch, last_seq: this.#last } : {};
    return { session_id: this.sessionId, ...known };
  }

  #hangUp(code) {
    const ws = this.#ws;
    this.#ws = undefined;
    this.#synced = this.#resuming = false;
    for (const name in this.#timers) this.#cancel(name);
    for (const message of this.#outbox.values()) message.sent = false;
    for (const turn of this.#stops.keys()) this.#stops.set(turn, false);
    if (ws) {
      for (const turn of this.#turns) if (turn.state === 'running') turn.watch.cut();
      ws.onopen = ws.onmessage = ws.onclose = null;
      ws.close(code);
    }
    this.#turnPage(new ChatError('not_connected', 'The connection was lost.', true));
  }

  #lose(code, reason) {
    const tooLarge = code === 1009 && this.#largest();
    this.#hangUp();
    if (tooLarge) this.#fail(tooLarge, 'message_too_large', 'The message is too large.');
    if (FINAL.has(code)) return this.#shut(code, reason);
    if (KEY_WANTED.has(code)) return this.#become('unauthorized', { code, reason });
    const retryInMs = this.#pauseMs(code);
    this.#attempt++;
    this.#after('dial', retryInMs, () => this.#dial());
    this.#become('waiting', { code, reason, retryInMs });
  }

  #pauseMs(code) {
    if (code === 4010 && this.#attempt === 0) return 0;
    const pause = PAUSE_MS[code] ? PAUSE_MS[code] + Math.round(Math.random() * 10_000) : 0;
    const hidden = globalThis.document?.visibilityState === 'hidden' ? HIDDEN_MS : 0;
    return Math.max(backoff(this.#attempt), pause, hidden);
  }

  #shut(code, reason) {
    this.#listeners?.abort();
    for (const turn of this.#turns) turn.abandon(new ChatError('closed', 'The client was closed.', true));
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
    addEventListener?.('online', () => this.wake(), on); // never a gate: this machine can be reached offline
    addEventListener?.('pageshow', (event) => event.persisted && this.wake(), on);
    document?.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.wake(), on);
  }

  #tell(frame) {
    if (this.#ws?.readyState !== 1) return false;
    const data = JSON.stringify(frame);
    this.#ws.send(data);
    this.#emit('frame', { direction: 'out', data: this.#mask(data) });
    return true;
  }

  #take(token) {
    this.#token = token;
    const unit = (c) => `(?:\\\\?${c.replace(/\W/, '\\$&')}|\\\\u${c.charCodeAt(0).toString(16).padStart(4, '0')})`;
    this.#secret = token ? new RegExp(token.split('').map(unit).join(''), 'gi') : undefined; // also where it is escaped
  }

  #mask(text) {
    const tail = this.#token?.length > 20 ? this.#token.slice(-4) : '';
    return this.#secret ? text.replace(this.#secret, () => `sk-nova-…${tail}`) : text;
  }

  #after(name, ms, action) {
    this.#cancel(name);
    this.#timers[name] = setTimeout(() => { delete this.#timers[name]; action(); }, ms);
  }

  #cancel(name) {
    clearTimeout(this.#timers[name]);
    delete this.#timers[name];
  }

  #emit(type, fields) { this.dispatchEvent(Object.assign(new Event(type), fields)); }

  // ---- what the server says

  #receive(data) {
    const ws = this.#ws;
    this.#cancel('probe');
    if (this.state === 'open') this.#hearken();
    this.#emit('frame', { direction: 'in', data: this.#mask(String(data)) });
    try {
      const frame = JSON.parse(data);
      if (ws === this.#ws && this.#isDue(frame)) this.#apply(frame);
    } catch {
      this.#emit('fault', { error: new ChatError('bad_frame', 'The server sent what nobody understands.') });
    }
  }

  #hearken() {
    this.#after('silence', (this.limits?.ping_ms ?? 25_000) + SILENCE_MS, () => this.#lose());
  }

  #isDue({ type, seq, from = seq }) {
    if (!NUMBERED.has(type)) return true;
    if (!Number.isInteger(seq)) return type === 'error' || type === 'queued';
    if (seq <= this.#last) return false;
    if (from > this.#last + 1) this.#lose(undefined, 'Something was missing.');
    else this.#last = seq;
    return seq === this.#last;
  }

  #apply(frame) {
    switch (frame.type) {
      case 'system': return this.#onSystem(frame);
      case 'history': return frame.reset ? this.#onSnapshot(frame) : this.#onPage(frame);
      case 'synced': return this.#onSynced(frame);
      case 'ack': return this.#onAck(frame);
      case 'ping': return this.#compare(frame);
      case 'pong': return this.#onPong(frame);
    }
    if (!NUMBERED.has(frame.type)) return;
    if (frame.seq !== undefined) this.#onEvent(frame);
    else if (frame.type === 'error') this.#onRefusal(frame);
    else this.#change(this.#find(undefined, frame.ref), { position: frame.position, waitsFor: frame.reason });
  }

  #onSystem({ session_id: id, agent_id, identity, limits, turn, resumed, reason }) {
    const other = id !== this.sessionId;
    if (other) this.#move(id);
    if (this.state === 'closed') return; // by who heard of what ended there
    this.agentId = agent_id ?? this.agentId;
    this.identity = identity ?? this.identity;
    this.limits = limits ?? this.limits;
    this.#current = turn?.id;
    this.#resuming = this.#synced = false;
    this.#hearken();
    if (this.state === 'connecting') {
      this.#cancel('dial');
      this.#after('uptime', UPTIME_MS, () => { this.#attempt = 0; });
      this.#become('open');
    }
    this.#emit('session', { sessionId: id, resumed: Boolean(resumed), reason });
    if (other) this.#emit('turns');
  }

  #onSynced({ epoch, seq }) {
    this.#epoch = epoch;
    this.#last = seq;
    this.#synced = true;
    this.#flush();
    this.#settle();
    this.#emit('synced');
  }

  #onEvent(f) {
    if (typeof f.turn_id !== 'string') return;
    const turn = this.#turnOf(f);
    if (turn.ended) return; // the first end counts; what a snapshot had already may be told again
    switch (f.type) {
      case 'user': return this.#onUser(turn, f);
      case 'turn_start': return this.#onStart(turn, f);
      case 'stream_chunk': return this.#onChunk(turn, f);
      case 'status': return this.#change(turn, { status: f.status });
      case 'thinking': return this.#change(turn, { thinking: turn.thinking + f.delta });
      case 'meta': return this.#change(turn, { meta: { ...turn.meta, ...f.meta } });
      case 'queued': return this.#place(turn, 'waiting', f.position, f.reason);
      case 'stream_end': return this.#end(turn, f.reason === 'stopped' ? 'stopped' : 'complete', undefined, f.stats);
      case 'error': return this.#end(turn, f.code === 'interrupted' ? 'interrupted' : 'failed', this.#errorOf(f));
    }
  }

  #onUser(turn, { content, timestamp, replay }) {
    if (!replay) turn.watch.begin();
    turn.askedAt ??= dateOf(timestamp);
    turn.question = content;
    this.#place(turn, turn.state === 'unsent' ? 'waiting' : turn.state, turn.position, turn.waitsFor);
  }

  #onStart(turn, { replay }) {
    const had = turn.text;
    if (!replay) turn.watch.begin();
    turn.rewrite('');
    turn.thinking = '';
    this.#place(turn, 'running');
    if (had) this.#emit('rewrite', { turn });
  }

  #onChunk(turn, { delta, replay = false }) {
    if (typeof delta !== 'string') return;
    if (turn.state !== 'running') this.#place(turn, 'running');
    turn.append(delta, replay);
    this.#emit('delta', { turn, delta, replay });
  }

  #onAck({ ref, turn_id: id, state, position }) {
    const turn = this.#find(id, ref);
    if (!turn || turn.ended) return;
    if (state === 'idle') return turn.id ? this.#doubt(turn) : undefined;
    if (!id) return this.#end(turn, 'stopped'); // it was held, and is dropped
    const fresh = turn.state === 'unsent' || this.#lost.has(turn);
    if (!ref) this.#stops.delete(turn);
    this.#know(turn, id, ref);
    this.#refusals = 0;
    if (!fresh) return;
    const waits = state === 'queued' || position;
    this.#place(turn, waits ? 'waiting' : 'running', position, waits ? 'busy' : undefined);
    if (state === 'duplicate' && !waits) this.#doubt(turn);
  }

  #onRefusal(f) {
    const error = this.#errorOf(f);
    const turn = this.#find(undefined, f.ref);
    if (f.code === 'message_too_large') return this.#onTooLarge(error, turn);
    if (f.code === 'store_unavailable') this.#onStoreAway(error);
    if (!f.ref) this.#resuming = false;
    if (!turn || turn.ended) return this.#emit('fault', { error });
    const perhapsTaken = f.code === 'store_unavailable' || turn.id;
    const later = (f.retryable && f.code !== 'busy') || KEY_WANTED.has(f.code);
    if (!later) return this.#end(turn, 'failed', error);
    if (this.#stops.has(turn) && !perhapsTaken) return this.#end(turn, 'stopped');
    if (this.#outbox.has(f.ref)) this.#outbox.get(f.ref).sent = false;
    this.#change(turn, { error });
    this.#defer(f.retry_after_ms);
  }

  #onTooLarge(error, turn = this.#largest()) {
    if (turn) this.#end(turn, 'failed', error);
    this.#lose(); // as the server is about to; its 1009 would look like another one's
  }

  #onStoreAway(error) {
    this.#turnPage(error);
    for (const turn of this.#stops.keys()) this.#stops.set(turn, false);
    if (this.#stops.size) this.#defer();
  }

  #onPong(f) {
    const current = f.epoch === this.#epoch && f.seq <= this.#last; // all that there is was told
    for (const [turn, gone] of this.#lost) {
      if (!current || f.turn?.id === turn.id || (turn.own && !gone)) continue;
      if (this.#stops.has(turn)) this.#end(turn, 'stopped');
      else this.#end(turn, 'failed', unanswered());
    }
    this.#compare(f);
  }

  #compare({ epoch, seq }) {
    const behind = () => epoch !== this.#epoch || seq > this.#last;
    if (!this.#synced || !Number.isInteger(seq) || !behind()) return;
    this.#after('current', PATIENCE_MS, () => {
      if (behind() && !this.#resuming) this.#resuming = this.#tell({ type: 'resume', ...this.#position() });
    });
  }

  #errorOf({ code, content, retryable, retry_after_ms }) {
    return new ChatError(String(code), this.#mask(String(content)), retryable === true, retry_after_ms);
  }

  // ---- the conversation

  #onSnapshot({ messages, partial, epoch, seq, more = false }) {
    const before = this.#turns;
    const { told, events } = this.#read(messages, partial);
    const first = before.indexOf(told[0]);
    const older = more && first > 0 ? before.slice(0, first) : []; // pages that were loaded stay
    const kept = new Set([...older, ...told]);
    const rest = before.filter((turn) => !kept.has(turn) && !(turn.ended && turn.id));
    this.#epoch = epoch;
    this.#last = seq;
    this.#lost.clear();
    for (const turn of rest) if (turn.id && !turn.ended && turn.id !== this.#current) this.#lost.set(turn, false);
    if (!older.length) this.hasOlder = more;
    this.#list([...kept, ...rest]);
    for (const [type, turn] of events) this.#emit(type, { turn });
  }

  #onPage({ messages, more = false }) {
    const { told } = this.#read(messages.filter((m) => !this.#find(m.turn_id)));
    this.hasOlder = more;
    this.#list([...told, ...this.#turns]);
    this.#turnPage();
  }

  #turnPage(error) {
    const page = this.#page;
    this.#page = undefined;
    this.#cancel('page');
    if (error) page?.reject(error);
    else page?.resolve();
  }

  /** The turns of some messages, and what there is to tell about those that were known. */
  #read(messages, partial) {
    const told = new Map();
    for (const m of messages) told.set(m.turn_id, { ...told.get(m.turn_id), [m.role]: m });
    const events = [];
    const turns = [...told].map(([id, { user, assistant }]) => {
      const known = this.#find(id, user?.id);
      const turn = known ?? this.#turn({ state: 'waiting' });
      this.#know(turn, id, user?.id);
      const text = assistant?.content ?? (partial?.turn_id === id ? partial.text : '');
      const types = this.#retell(turn, user, assistant, text);
      if (known) events.push(...types.map((type) => [type, turn]));
      return turn;
    });
    return { told: turns, events };
  }

  #retell(turn, user, assistant, text) {
    const types = [];
    if (user) Object.assign(turn, { question: user.content, askedAt: turn.askedAt ?? dateOf(user.at) });
    if (turn.text !== text && (assistant || !turn.ended)) {
      turn.rewrite(text);
      types.push('rewrite');
    }
    if (turn.ended) return types;
    if (!assistant && ['running', 'waiting'].includes(user?.state)) {
      Object.assign(turn, { state: user.state, error: undefined });
      return [...types, 'change'];
    }
    this.#forget(turn);
    turn.finish(assistant?.state ?? 'failed', ENDS[assistant ? assistant.state : 'failed']?.());
    return [...types, 'end'];
  }

  #list(turns) {
    this.#turns = turns;
    this.#emit('turns');
  }

  /** From the end, where most of what happens happens. */
  #find(id, ref) {
    return (id && this.#turns.findLast((turn) => turn.id === id)) || (ref && this.#turns.findLast((turn) => turn.ref === ref));
  }

  #turn(fields) { return new Turn(fields, (turn) => this.#stop(turn)); }

  #add(turn) {
    this.#turns.push(turn);
    this.#emit('turn', { turn });
    return turn;
  }

  #own(message) {
    const { id: ref, content: question, at, stop } = message;
    const turn = this.#turn({ ref, question, own: true, askedAt: new Date(at) });
    this.#outbox.set(ref, message);
    this.#stamp = Math.max(this.#stamp, at);
    if (stop) this.#stops.set(turn, false);
    return this.#add(turn);
  }

  #turnOf({ type, turn_id: id, id: name, ref = type === 'user' ? name : undefined, content: question = '' }) {
    const known = this.#find(id, ref);
    const turn = known ?? this.#turn({ state: 'waiting', question: type === 'user' ? question : '' });
    this.#know(turn, id, ref);
    return known ?? this.#add(turn);
  }

  /** The server has it. */
  #know(turn, id, ref) {
    turn.id = id;
    turn.ref ??= ref;
    this.#outbox.delete(turn.ref);
    this.#lost.delete(turn);
  }

  #place(turn, state, position, waitsFor) {
    this.#moveUp(turn.position);
    this.#change(turn, { state, position, waitsFor, error: undefined });
  }

  #moveUp(from) {
    for (const turn of this.#turns) if (turn.position > from) this.#change(turn, { position: turn.position - 1 });
  }

  #change(turn, fields) {
    if (!turn || turn.ended) return;
    Object.assign(turn, fields);
    this.#emit('change', { turn });
  }

  #end(turn, state, error, stats) {
    if (turn.ended) return;
    this.#forget(turn);
    this.#moveUp(turn.position);
    turn.finish(state, error, stats);
    this.#emit('end', { turn });
  }

  #fail(turn, code, words, retryable) { this.#end(turn, 'failed', new ChatError(code, words, retryable)); }

  #forget(turn) {
    this.#outbox.delete(turn.ref);
    this.#stops.delete(turn);
    this.#lost.delete(turn);
  }

  /** Into a session, with what was left there to be sent. */
  #enter(sessionId) {
    const { storage, storagePrefix } = this.#o;
    this.sessionId = sessionId;
    this.#outbox = new Outbox(storage, `${storagePrefix}:outbox:${sessionId}:`, Date.now() - OUTBOX_MS);
    for (const message of this.#outbox.values()) this.#own(message);
  }

  /** Into another one, because the server said so. Its predecessor's messages stay in the storage. */
  #move(sessionId) {
    const left = this.#turns.filter((turn) => !turn.ended);
    const error = new ChatError('forbidden_session', 'The conversation belongs to another key.');
    this.#turns = [];
    for (const map of [this.#stops, this.#lost]) map.clear();
    Object.assign(this, { hasOlder: false, agentId: undefined });
    this.#epoch = undefined;
    this.#last = 0;
    this.#enter(sessionId);
    for (const turn of left) this.#end(turn, 'failed', error);
  }

  // ---- what goes out

  #flush() {
    if (!this.#synced) return;
    for (const [turn, told] of this.#stops) {
      const { id: turn_id, ref } = turn;
      if (told || !(turn_id || this.#outbox.get(ref)?.sent)) continue; // else it goes with its message
      this.#halt(turn, turn_id ? { turn_id } : { ref });
    }
    const wait = this.#notBefore - performance.now();
    if (wait > 0) return this.#after('flush', wait, () => this.#flush());
    for (const message of this.#outbox.values()) if (!message.sent) this.#post(message);
  }

  #halt(turn, name) {
    this.#stops.set(turn, true);
    this.#tell({ type: 'stop', ...name });
  }

  #post(message) {
    const turn = this.#find(undefined, message.id);
    const { content, id, onBusy: on_busy, tried } = message;
    if (message.at < Date.now() - OUTBOX_MS) return this.#fail(turn, 'expired', 'It waited for too long.', true);
    const frame = { type: 'user', content, id, session_id: this.sessionId, on_busy };
    message.bytes = new TextEncoder().encode(JSON.stringify(frame)).length;
    if (message.bytes > this.limits?.max_message_bytes) {
      return this.#fail(turn, 'message_too_large', 'The message is too large.');
    }
    Object.assign(message, { sent: true, tried: true }); // first: whoever listens to frames may send more
    if (!tried) turn.watch.begin();
    if (this.#stops.has(turn)) this.#halt(turn, { ref: id }); // it may overtake
    this.#tell(frame);
  }

  #largest() {
    const sent = [...this.#outbox.values()].filter((message) => message.sent);
    return this.#find(undefined, sent.sort((a, b) => b.bytes - a.bytes)[0]?.id);
  }

  #defer(retryAfterMs = 0) {
    const wait = Math.max(retryAfterMs, 500 + backoff(this.#refusals++));
    this.#notBefore = performance.now() + wait;
    this.#flush();
  }

  #stop(turn) {
    const message = this.#outbox.get(turn.ref);
    if (turn.ended || this.#stops.has(turn)) return;
    if (message && !message.tried) return this.#end(turn, 'stopped');
    this.#stops.set(turn, false);
    if (message) this.#outbox.put(Object.assign(message, { stop: true }));
    this.#flush();
  }

  /** Asks what became of turns that a snapshot did not know. */
  #settle() {
    if (!this.#synced || !this.#lost.size) return;
    for (const [{ own, question: content, ref: id }, gone] of this.#lost) {
      if (own && !gone) this.#tell({ type: 'user', content, id, session_id: this.sessionId });
    }
    this.#tell({ type: 'ping' });
    this.#after('settle', PATIENCE_MS, () => this.#settle());
  }

  #doubt(turn) {
    this.#lost.set(turn, true);
    if (!this.#timers.settle) this.#settle();
  }
}

function dateOf(text) { return text ? new Date(text.replace(/(\.\d{3})\d+/, '$1')) : undefined; }

function unanswered() { return new ChatError('no_answer', 'It ended without an answer; how is not known.', true); }

const ENDS = {
  failed: unanswered,
  interrupted: () => new ChatError('interrupted', 'The answer was interrupted.', true),
};
