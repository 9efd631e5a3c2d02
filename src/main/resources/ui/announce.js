// What a screen reader says: beginnings, whole answers and troubles, never the pieces of a stream.

const SETTLE_MS = 1_000; // a connection that is back within it was not worth a word

export class Announcer {
  #timer = 0;

  /** @param {HTMLElement} region with `role=status` */
  constructor(region) {
    this.region = region;
  }

  /** Says it now, also if it is what was said last. */
  say(text) {
    this.region.textContent = this.region.textContent === text ? `${text}\u00a0` : text;
  }

  /** Says it, and calls `then`, if nothing else, or nothing, is to be said so within a second: for what comes and goes. */
  later(text, then) {
    clearTimeout(this.#timer);
    if (text) this.#timer = setTimeout(() => { this.say(text); then(); }, SETTLE_MS);
  }
}
