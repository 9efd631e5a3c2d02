// When the page draws: whoever has something new asks for it, and all is drawn together, once a frame at most.

const HIDDEN_MS = 1_000; // a hidden tab has no frames, yet what one comes back to is there
const REST = 3; // times the last cost: drawing takes a quarter of the processor at most, however long the text is
const SLICE_MS = 20; // of work at a time; what is left waits for the next frame, and typing does not wait

const jobs = new Set();
const followers = new Set();
let timer = 0;
let frame = 0;
let restsUntil = 0;
let spentMs = 0; // since the last rest

/** Runs `job` with the next drawing, once however often it is asked for. */
export function paintSoon(job) {
  jobs.add(job);
  plan();
}

/** Runs `job` after each drawing. */
export function afterPaint(job) {
  followers.add(job);
}

function plan() {
  if (timer || frame) return;
  const restMs = document.hidden ? HIDDEN_MS : restsUntil - performance.now();
  if (restMs > 0) timer = setTimeout(rested, restMs);
  else frame = requestAnimationFrame(flush);
}

function rested() {
  timer = 0;
  if (document.hidden) flush();
  else frame = requestAnimationFrame(flush);
}

function flush() {
  frame = 0;
  const startedAt = performance.now();
  try {
    for (const job of [...jobs]) {
      jobs.delete(job);
      job();
      if (performance.now() - startedAt > SLICE_MS) break;
    }
    for (const job of followers) job();
  } finally {
    const now = performance.now();
    spentMs += now - startedAt;
    if (!jobs.size) {
      restsUntil = now + REST * spentMs;
      spentMs = 0;
    } else {
      plan();
    }
  }
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(timer);
  cancelAnimationFrame(frame);
  timer = frame = 0;
  if (jobs.size) plan();
});
