// How an answer came, in figures for people.
import { words } from './words.js';

const { facts } = words;
const count = (n) => n.toLocaleString('en');

/** @param {number} ms */
export function duration(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round(ms % 60_000 / 1_000)} s`;
}

/** Characters a second, while they came; null where that says nothing. */
function rate({ chars, durationMs, firstDeltaMs = 0 }) {
  const ms = durationMs - firstDeltaMs;
  return chars > 0 && ms >= 100 ? Math.round(chars / ms * 1_000) : null;
}

/** The one line: model, first token, total, rate; empty where nothing is known. */
export function summary({ stats, meta }) {
  const perSecond = rate(stats);
  const durationMs = stats.durationMs ?? stats.server?.duration_ms;
  return [
    typeof meta?.model === 'string' && meta.model,
    stats.firstDeltaMs >= 0 && facts.first(duration(stats.firstDeltaMs)),
    durationMs >= 0 && duration(durationMs),
    perSecond && facts.rate(count(perSecond)),
  ].filter(Boolean).join(' · ');
}

/** @returns {[string, string][]} all that is known, name and value */
export function details({ stats, askedAt }) {
  const { gapMs, server, durationMs } = stats;
  const known = durationMs >= 0;
  return [
    askedAt && [facts.asked, askedAt.toLocaleString()],
    [facts.length, facts.characters(count(stats.chars))],
    known && [facts.frames, count(stats.frames)],
    gapMs && [facts.gaps, ['p50', 'p95', 'max'].map((name) => `${name} ${duration(gapMs[name])}`).join(' · ')],
    known && [facts.reconnects, count(stats.reconnects)],
    server && [facts.server, facts.served(server, duration, count)],
  ].filter(Boolean);
}
