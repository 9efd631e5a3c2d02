// The frames of a connection, as the inspector keeps them: the latest ones, and totals of all.

export const RING = 500; // frames; older ones are forgotten
const MAX_CHARS = 100_000; // of one that are kept; a snapshot may have megabytes
const KEY = /("token"\s*:\s*")([^"\\]|\\.)*"/g;

const encoder = new TextEncoder();

export class Frames {
  kept = [];
  totals = { in: { frames: 0, bytes: 0 }, out: { frames: 0, bytes: 0 } };

  add(direction, data) {
    const at = new Date();
    const bytes = encoder.encode(data).length;
    const frame = { direction, bytes, at, gapMs: at.getTime() - (this.kept.at(-1)?.at ?? at).getTime(), data: fit(direction, data) };
    this.totals[direction].frames++;
    this.totals[direction].bytes += bytes;
    this.kept.push(frame);
    if (this.kept.length > RING) this.kept.shift();
    return frame;
  }

  /** One JSON object a line. */
  toLines() {
    return this.kept.map(({ data, ...rest }) => JSON.stringify({ ...rest, frame: parsed(data) ?? data }) + '\n').join('');
  }
}

export function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/** Without the key: the client has masked it, unless somebody breaks that. */
function fit(direction, data) {
  const text = data.length > MAX_CHARS ? `${data.slice(0, MAX_CHARS)}…` : data;
  return direction === 'in' ? text : text.replace(KEY, (all, start) => all.includes('…') ? all : `${start}…"`);
}
