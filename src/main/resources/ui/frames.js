// The frames of a connection, as the inspector keeps them: the latest ones, and totals of all.

export const RING = 500; // frames; older ones are forgotten
const MAX_CHARS = 100_000; // of one that are kept; a snapshot may have megabytes
const KEY = /("token"\s*:\s*")((?:[^"\\]|\\.)*)(?=")/g;

const encoder = new TextEncoder();

export class Frames {
  kept = [];
  totals = { in: { frames: 0, bytes: 0 }, out: { frames: 0, bytes: 0 } };
  #lastAt = 0;

  add(direction, data) {
    const at = performance.now();
    const total = this.totals[direction];
    const bytes = encoder.encode(data).length;
    const frame = { direction, bytes, data: kept(direction, data), when: new Date(), gapMs: this.#lastAt && at - this.#lastAt };
    this.#lastAt = at;
    total.frames++;
    total.bytes += bytes;
    this.kept.push(frame);
    if (this.kept.length > RING) this.kept.shift();
    return frame;
  }

  clear() {
    this.kept = [];
  }

  /** One JSON object a line. */
  toLines() {
    return this.kept.map(({ when, direction, bytes, data }) =>
      `${JSON.stringify({ at: when, direction, bytes, frame: parsed(data) ?? data })}\n`).join('');
  }
}

export function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/** Without the key, should it be there unmasked after all. */
function kept(direction, data) {
  const text = data.length > MAX_CHARS ? `${data.slice(0, MAX_CHARS)}…` : data;
  return direction === 'in' ? text : text.replace(KEY, (all, before, key) => key.includes('…') ? all : `${before}…`);
}
