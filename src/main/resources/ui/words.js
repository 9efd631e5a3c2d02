// All that the conversation and the inspector say to people: what is the matter, and what to do.

const twice = 'It may have been acted on all the same: retry only if asking twice does no harm.';
const reload = 'This page and the server do not understand each other. Reload the page.';
const some = (n, one) => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;

const BRIEF_CHARS = 200;
export const BIDI = /[\u202a-\u202e\u2066-\u2069]/g; // they would turn the words around it

/** What comes from elsewhere, as it can stand among our own words. */
export const brief = (text) => text.replace(BIDI, '').slice(0, BRIEF_CHARS);

/** By the code of an error; where there are none, the server's own words say more. */
const errors = {
  __proto__: null, // codes and steps come from outside
  bad_frame: reload,
  unsupported_type: reload,
  message_too_large: 'This message is too large for the server. Shorten it and send it again.',
  invalid_session_id: 'The server does not take the name of this conversation. Start a new chat.',
  unauthorized: 'The server asks for an API key. Enter one, then retry.',
  token_expired: 'The API key is no longer valid. Enter a new one, then retry.',
  forbidden_session: 'This conversation belongs to another key. Use that key, or start a new chat.',
  rate_limited: 'Too many attempts came from here. Wait a minute or more, then retry.',
  auth_unavailable: 'Keys cannot be checked just now. Retry in a while.',
  draining: 'The server is restarting and has not asked this. Retry in a moment.',
  busy: 'Another message is being answered. Retry when that is done.',
  queue_full: 'Too many messages are waiting. Retry when some of them are answered.',
  upstream_unreachable: 'The Orchestrator could not be reached, so this was not asked. Retry in a while.',
  upstream_timeout: `The Orchestrator took too long. ${twice}`,
  upstream_stalled: `The answer fell silent. ${twice}`,
  upstream_truncated: `The answer broke off. ${twice}`,
  broken_off: `The answer broke off. ${twice}`,
  upstream_busy: 'The Orchestrator has too much to do. Retry in a while.',
  upstream_5xx: 'The Orchestrator has a fault. Retry in a while.',
  interrupted: `The server stopped in the middle of the answer. ${twice}`,
  output_limit: 'The answer grew over the limit and ends here. Ask for less at a time.',
  outbox_full: 'Too many messages wait to be sent. Retry when some of them are.',
  expired: 'This could not be sent for a day, and no longer waits. Retry to ask it now.',
  no_answer: `This ended without an answer. ${twice}`,
  internal: 'The server has a fault. Retry in a while, and report it if it stays.',
};

const steps = {
  __proto__: null,
  classifying: 'Reading the question',
  memory: 'Searching its memory',
  model: 'Choosing a model',
  generating: 'Writing',
};

/** What would fail again just so. */
const vain = new Set(['message_too_large', 'output_limit', 'forbidden_session']);

export const words = {
  you: 'You',
  assistant: 'Nova',
  thinking: 'Thinking',
  showAll: 'Show all',
  showLess: 'Show less',
  withdraw: 'Do not ask this',
  retry: 'Retry',
  copy: 'Copy',
  copyQuestion: 'Copy question',
  copyAnswer: 'Copy answer',
  copied: 'Copied',
  notCopied: 'Not copied',
  copyCode: 'Copy code',
  table: 'Table',
  done: 'Done',
  toDo: 'To do',
  image: (alt, host) => `image: ${alt || 'untitled'}${host ? ` (${host})` : ''}`,

  /** Whether to ask again may help. An answer that could not be stored in time is whole. */
  mayRetry: ({ error, text }) => !vain.has(error?.code) && !(text && error?.code === 'store_unavailable'),
  error: ({ code, message }) => errors[code] || message || errors.internal,
  /** How a turn ended, or that it has not; empty where its text says all. */
  ending: ({ state, text, error }) => {
    if (['unsent', 'waiting', 'running'].includes(state)) return 'Not finished yet.';
    if (state === 'stopped') return text ? 'Stopped.' : 'Stopped before there was an answer.';
    if (state === 'complete') return text.trim() ? '' : 'The answer is empty.';
    return error ? words.error(error) : errors[state] ?? errors.internal;
  },
  sending: 'Sending',
  stopping: 'Stopping',
  /** What becomes of a turn that has not begun. */
  fate: ({ state, error, waitsFor, position, stopping }) => {
    if (stopping) return words.stopping;
    if (error) return `Not taken yet: ${words.error(error)}`;
    if (waitsFor === 'upstream_down') return 'The Orchestrator is away. Your message is kept and will be answered when it is back.';
    if (state === 'unsent') return 'Waiting for a connection';
    return position > 1 ? `Waiting, number ${position} in line` : 'Waiting, next in line';
  },
  step: ({ status, stopping }) => {
    if (stopping) return words.stopping;
    const name = typeof status?.step === 'string' ? brief(status.step) : '';
    const step = steps[name] ?? (name ? `Using ${name}` : 'Thinking');
    return typeof status?.detail === 'string' && status.detail ? `${step}: ${brief(status.detail)}` : step;
  },

  missing: 'Older messages could not be loaded and are missing here.',
  notLoaded: 'Older messages could not be loaded. Try again.',
  jump: (messages, lines) => {
    if (messages) return `Jump to latest · ${some(messages, 'new message')}`;
    return lines > 0 ? `Jump to latest · ${some(lines, 'new line')}` : 'Jump to latest';
  },

  answering: (name) => `${name} is answering`,
  answered: (count) => `Answer complete, ${some(count, 'word')}`,

  facts: {
    first: (time) => `${time} to first token`,
    rate: (perSecond) => `${perSecond} characters/s`,
    asked: 'Asked',
    length: 'Length',
    characters: (count) => `${count} characters`,
    frames: 'Frames',
    gaps: 'Between frames',
    reconnects: 'Reconnects',
    server: 'On the server',
    served: ({ first_chunk_ms, duration_ms, chunks, bytes }, time, count) => [
      first_chunk_ms >= 0 && `${time(first_chunk_ms)} to first chunk`,
      time(duration_ms), `${count(chunks)} chunks`, `${count(bytes)} bytes`,
    ].filter(Boolean).join(' · '),
  },

  inspector: {
    title: 'Inspector',
    close: 'Close',
    filter: 'Filter frames',
    direction: 'Direction',
    directions: { '': 'Both ways', in: 'Received', out: 'Sent' },
    pause: 'Pause',
    resume: (count) => `Resume (${count})`,
    clear: 'Clear',
    download: 'Download',
    frames: 'Frames',
    none: 'No frames yet.',
    unmatched: 'No frame matches.',
    turn: 'Latest answer',
    unanswered: 'None yet.',
    totals: (totals, reconnects) =>
      `Received ${total(totals.in)} · sent ${total(totals.out)} · ${some(reconnects, 'reconnect')}`,
  },
};

const total = ({ frames, bytes }) => `${some(frames, 'frame')}, ${(bytes / 1_000).toFixed(1)} kB`;
