// When the page draws: whoever has something new asks for it, and all is drawn together, once a frame at most.

const HIDDEN_MS = 1_000; // a hidden tab has no frames, yet what one comes back to is there
const REST = 3; // times the cost: drawing takes a quarter of the processor, however long the text is
const LONGEST_REST_MS = 250; // whoever reads along sees no pause in it
const SLICE_MS = 12; // of work at a time, and layout comes on top; what is left waits for the next frame, typing does not

const jobs = new Set();
const followers = new Set();
let timer = 0;
let frame = 0;
let restsUntil = 0;

/**
 * Runs `job` with the next drawing, once however often it is asked for; what came first is drawn first.
 * @param {() => boolean | void} job does a part of a long work, and says whether there is more
 */
export function paintSoon(job) {
  jobs.add(job);
  plan();
}

/** Runs `job` after each drawing. */
export function afterPaint(job) {
  followers.add(job);
}

function plan(restMs = restsUntil - performance.now()) {
  if (timer || frame) return;
  if (document.hidden) timer = setTimeout(rested, HIDDEN_MS);
  else if (restMs > 0) timer = setTimeout(rested, restMs);
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
  const isOver = () => performance.now() - startedAt > SLICE_MS;
  try {
    for (const job of jobs) {
      if (!work(job, isOver)) jobs.delete(job);
      if (isOver()) break;
    }
    for (const job of followers) job();
  } finally {
    const now = performance.now();
    const evenAt = Math.max(restsUntil, startedAt) + (1 + REST) * (now - startedAt); // what is between slices is rest
    restsUntil = Math.min(evenAt, now + LONGEST_REST_MS);
    if (jobs.size) plan(0);
  }
}

/** Whether there is more to do than there was time for. */
function work(job, isOver) {
  try {
    while (job()) if (isOver()) return true;
    return false;
  } catch (error) {
    jobs.delete(job); // else it would fail for ever
    throw error;
  }
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(timer);
  cancelAnimationFrame(frame);
  timer = frame = 0;
  if (jobs.size) plan();
});
