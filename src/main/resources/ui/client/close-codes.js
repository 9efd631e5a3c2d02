// What a close code asks for; PROTOCOL.md, "Close codes".
import { backoff } from './later.js';

const FINAL = new Set([1000, 1002, 1003, 1007, 1008, 1010, 4003, 4400]);
const PAUSE_MS = { 1013: 5_000, 4008: 5_000, 4029: 60_000 };
const HIDDEN_MS = 5_000; // at least, where nobody looks

export function isFinal(code) { return FINAL.has(code); }

export function wantsKey(code) { return code === 4001 || code === 4012; }

/** Only a person may cut such a pause short. */
export function asksForPatience(code) { return code in PAUSE_MS; }

export function pauseMs(code, attempt) {
  if (code === 4010 && attempt === 0) return 0;
  const pause = PAUSE_MS[code] ? PAUSE_MS[code] + Math.round(Math.random() * 10_000) : 0;
  const hidden = globalThis.document?.visibilityState === 'hidden' ? HIDDEN_MS : 0;
  return Math.max(backoff(attempt), pause, hidden);
}
