// What a program is told where something went wrong; the codes are in PROTOCOL.md and docs/client.md, "Errors".

export class ChatError extends Error {
  constructor(code, message, retryable = false, retryAfterMs = undefined) {
    super(message);
    Object.assign(this, { name: 'ChatError', code, retryable, retryAfterMs });
  }
}

export const unanswered = () => new ChatError('no_answer', 'It ended without an answer; how is not known.', true);
