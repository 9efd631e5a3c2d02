// What happens later: how long to wait for it, timers by name, promises.

/** Milliseconds before attempt `n`, with full jitter: clients that were cut off together do not come back together. */
export function backoff(n, random = Math.random) {
  return Math.round(random() * Math.min(20_000, 500 * 2 ** Math.min(n, 16)));
}

export class Timers {
  #running = new Map();

  has(name) { return this.#running.has(name); }

  start(name, ms, action) {
    this.stop(name);
    this.#running.set(name, setTimeout(() => { this.#running.delete(name); action(); }, ms));
  }

  stop(name) {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  clear() { for (const name of this.#running.keys()) this.stop(name); }
}

/** A promise that somebody else keeps, and that nobody has to look at. */
export function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  made.promise.catch(() => {});
  return made;
}
