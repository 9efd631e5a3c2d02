// A message and its answer. Beyond client.d.ts there are methods here that only the client calls.
import { deferred } from './later.js';
import { Stopwatch } from './stopwatch.js';

export class Turn {
  state = 'unsent'; question = ''; text = ''; thinking = '';
  id; ref; status; meta; position; waitsFor; error; askedAt;
  ended = false;
  own = false;
  stopping = false;
  #watch = new Stopwatch(); #over = new AbortController();
  #edition = 0; #pulse = deferred(); #whole = deferred(); #stop; #server; #farewell;

  constructor(fields, stop) {
    Object.assign(this, fields);
    this.#stop = stop;
  }

  get done() { return this.#whole.promise; }
  get stats() { return { ...this.#watch.read(), chars: this.text.length, server: this.#server }; }
  stop() { this.#stop(this); }

  heed(signal) {
    if (signal?.aborted) this.stop();
    signal?.addEventListener('abort', () => this.stop(), { signal: this.#over.signal });
  }

  begin() { this.#watch.begin(); }

  /** The connection is gone, and with it what the server held for it. */
  cut() {
    if (this.state === 'running') this.#watch.cut();
    if (this.state === 'unsent') this.change({ position: undefined, waitsFor: undefined });
  }

  change(fields) { Object.assign(this, fields); }

  append(delta, replay) {
    if (!replay) this.#watch.tick(!this.text);
    this.text += delta;
    this.#beat();
  }

  rewrite(text) {
    this.text = text;
    this.#edition++;
    this.#beat();
  }

  /** `replay`: it may have ended long ago. */
  finish(state, error, server, replay) {
    this.change({ state, error, ended: true, stopping: false, status: undefined, position: undefined, waitsFor: undefined });
    this.#server = server;
    this.#watch.end(replay);
    this.#over.abort();
    if (error) this.#whole.reject(error);
    else this.#whole.resolve(this.text);
    this.#beat();
  }

  /** Nobody waits for what may never come; after another `open` the turn goes on. */
  abandon(error) {
    if (this.ended) return;
    this.#farewell = error;
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
    const before = this.#farewell; // another one may come while the reader is busy
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
      else if (this.#farewell !== before) throw this.#farewell;
      else await this.#pulse.promise;
    }
  }
}
