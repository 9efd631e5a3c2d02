// Times one answer.

const GAPS_MAX = 1_000;

export class Stopwatch {
  #began; #first; #ended; #last; #gaps = []; #frames = 0; #reconnects = 0; #isUnseen = false;

  begin() { this.#began ??= performance.now(); }

  /** Unseen: somebody who was away is told of it. */
  end(isUnseen = false) {
    this.#isUnseen = isUnseen;
    this.#ended ??= performance.now();
  }

  cut() { this.#reconnects++; this.#last = undefined; }

  tick(isFirst) {
    const now = performance.now();
    if (isFirst) this.#first ??= now;
    if (this.#last !== undefined) this.#gaps[this.#frames % GAPS_MAX] = now - this.#last;
    this.#last = now;
    this.#frames++;
  }

  read() {
    const since = (at) => (this.#began === undefined || at === undefined ? undefined : at - this.#began);
    const gaps = Object.values(this.#gaps).sort((a, b) => a - b);
    const share = (p) => gaps[Math.ceil(p * gaps.length) - 1];
    return {
      firstDeltaMs: since(this.#first),
      durationMs: this.#isUnseen ? undefined : since(this.#ended ?? performance.now()),
      frames: this.#frames,
      gapMs: gaps.length ? { p50: share(0.5), p95: share(0.95), max: share(1) } : undefined,
      reconnects: this.#reconnects,
    };
  }
}
