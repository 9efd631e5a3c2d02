// How an answer came, in figures for people.
import { el } from './dom.js';
import { brief, words } from './words.js';

const { facts } = words;
export const count = (n) => n.toLocaleString('en');

export function duration(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${+(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor(ms % 60_000 / 1_000)} s`;
}

/** One line: model, first token, total, rate; empty where nothing is known. */
export function summary({ meta, stats: { chars, firstDeltaMs, durationMs, server } }) {
  const totalMs = durationMs ?? server?.duration_ms;
  const textMs = durationMs - firstDeltaMs;
  return [
    typeof meta?.model === 'string' && brief(meta.model),
    firstDeltaMs >= 0 && facts.first(duration(firstDeltaMs)),
    totalMs >= 0 && duration(totalMs),
    textMs >= 100 && facts.rate(count(Math.round(chars / textMs * 1_000))), // what came at once has no rate
  ].filter(Boolean).join(' · ');
}

/** All that is known, as the content of a `dl`. */
export function details({ askedAt, stats: { chars, frames, gapMs, durationMs, reconnects, server } }) {
  const isSeen = durationMs >= 0 || frames > 0;
  return [
    [facts.asked, askedAt?.toLocaleString()],
    [facts.length, facts.characters(count(chars))],
    [facts.frames, isSeen && count(frames)],
    [facts.gaps, gapMs && `p50 ${duration(gapMs.p50)} · p95 ${duration(gapMs.p95)} · max ${duration(gapMs.max)}`],
    [facts.reconnects, isSeen && count(reconnects)],
    [facts.server, server && facts.served(server, duration, count)],
  ].filter(([, value]) => value).flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]);
}
