/** Where a connection stands. Only `unauthorized` (call `setToken`) and `closed` (call `open`) do not mend themselves. */
export type ConnectionState = 'idle' | 'connecting' | 'open' | 'waiting' | 'unauthorized' | 'closed';

/**
 * Where a turn stands. `unsent`: nobody has acknowledged it yet. `waiting`: it is stored and has not begun. The last four
 * are ends, and final.
 */
export type TurnState = 'unsent' | 'waiting' | 'running' | 'complete' | 'stopped' | 'interrupted' | 'failed';

export type Aside = 'user' | 'status' | 'thinking' | 'meta';

export interface ChatClientOptions {
  /** The WebSocket's address, `http(s)` or `ws(s)`; left out: `ws/chat` beside this module, on the server that it came from. */
  url?: string | URL;
  /** The API key. It goes into the first frame, never into the address. */
  token?: string;
  /** The conversation; left out: a new one with a random name. */
  sessionId?: string;
  /** What is wanted beside the answers; left out: all. */
  events?: readonly Aside[];
  /** Where messages are kept until they are acknowledged; null: nowhere but in memory. Left out: `localStorage`, if there is one. */
  storage?: Storage | null;
  /** What the names in `storage` begin with; left out: `nova-chat`. */
  storagePrefix?: string;
  /** Left out: the platform's. */
  WebSocket?: new (url: URL, protocols?: string | string[]) => WebSocket;
}

/** What went wrong. The server's codes are in PROTOCOL.md, "Errors"; the client's own in docs/client.md, "Errors". */
export class ChatError extends Error {
  readonly code: string;
  /** Whether the same may well succeed later, unchanged. */
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

/** Times are milliseconds, as this client saw them. */
export interface TurnStats {
  /** From sending to the first piece of the answer. */
  firstDeltaMs?: number;
  /** From sending to the end; while it runs, to now. Absent for turns that this client did not see begin, or end. */
  durationMs?: number;
  /** Frames with text that came live, without what was told again after a reconnection. */
  frames: number;
  /** UTF-16 code units of the answer. */
  chars: number;
  /** Between frames that followed each other on one connection; absent below two frames. */
  gapMs?: { p50: number; p95: number; max: number };
  /** Connections lost while it ran. */
  reconnects: number;
  /** What the server measured, once the turn has ended. */
  server?: { first_chunk_ms?: number; duration_ms: number; chunks: number; bytes: number };
}

/** A message and its answer. `for await (const delta of turn)` yields the answer's text; a slow reader gets larger pieces. */
export class Turn implements AsyncIterable<string> {
  /** The server's name for it, once acknowledged. */
  readonly id?: string;
  /** The sender's name for it; absent where the sender gave none. */
  readonly ref?: string;
  readonly question: string;
  /** The answer so far. */
  readonly text: string;
  /** What the model said to itself so far. Not kept by the server: empty after a reload. */
  readonly thinking: string;
  /** The latest step that the Orchestrator reported, while it runs. */
  readonly status?: Readonly<Record<string, unknown>>;
  /** What the Orchestrator said about the answer, the model's name for instance. */
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly state: TurnState;
  /** Its place among those that wait; 1 is next. */
  readonly position?: number;
  /** Why it waits. */
  readonly waitsFor?: 'busy' | 'upstream_down';
  /** How it failed; or, while `unsent`, why the server would not take it yet. */
  readonly error?: ChatError;
  /** A stop was asked for, and has not come about yet: the server may be away. */
  readonly stopping: boolean;
  /** When it was asked. */
  readonly askedAt?: Date;
  readonly stats: TurnStats;
  /** The whole answer, also of a stopped turn; rejects with a `ChatError` where the turn failed or was interrupted. */
  readonly done: Promise<string>;
  /** Ends it, wherever it stands: before it was sent, while it waits, or while it runs. Nothing happens to one that has ended. */
  stop(): void;
  [Symbol.asyncIterator](): AsyncIterator<string, void, undefined>;
}

export interface StateEvent extends Event {
  readonly state: ConnectionState;
  /** The close code that led here. */
  readonly code?: number;
  readonly reason?: string;
  /** Milliseconds until the next attempt, while `waiting`. */
  readonly retryInMs?: number;
  readonly attempt: number;
}
export interface SessionEvent extends Event {
  readonly sessionId: string;
  /** Whether what this client had is still good; if not, `turns` follows. */
  readonly resumed: boolean;
  readonly reason?: string;
}
export interface TurnEvent extends Event {
  readonly turn: Turn;
}
export interface DeltaEvent extends TurnEvent {
  readonly delta: string;
  /** It was said before, and is told again after a reconnection. */
  readonly replay: boolean;
}
export interface FaultEvent extends Event {
  readonly error: ChatError;
}
export interface FrameEvent extends Event {
  readonly direction: 'in' | 'out';
  /** The frame as it went over the wire, but with the API key masked. */
  readonly data: string;
}

export interface ChatEvents {
  /** The connection's state has changed. */
  state: StateEvent;
  /** The server said which session this is, and what it knows of it. */
  session: SessionEvent;
  /** `turns` is another list: after a snapshot, or with older ones before. */
  turns: Event;
  /** A turn was added at the end of `turns`. */
  turn: TurnEvent;
  /** Something of a turn but its text: state, position, status, thinking, meta, id, stopping. */
  change: TurnEvent;
  /** Text was added to a turn. */
  delta: DeltaEvent;
  /** A turn's text was replaced by another. */
  rewrite: TurnEvent;
  /** A turn has ended; `state` says how. Exactly once a turn. */
  end: TurnEvent;
  /** All that had happened has been told. */
  synced: Event;
  /** Something went wrong that belongs to no turn. */
  fault: FaultEvent;
  /** A frame was sent or received. */
  frame: FrameEvent;
}

/** Milliseconds to wait before attempt `n` (0 is the first): a random share of half a second times 2^n, at most of 20 s. */
export function backoff(n: number, random?: () => number): number;

/**
 * The conversations that have messages in the storage which may still be sent. Only their client sends them: a page that
 * shows one conversation at a time opens a client for each of these when it starts.
 */
export function unsentSessions(options?: { storage?: Storage | null; storagePrefix?: string }): string[];

/** One conversation over a connection that mends itself. */
export class ChatClient extends EventTarget {
  constructor(options?: ChatClientOptions);
  readonly state: ConnectionState;
  readonly sessionId: string;
  readonly agentId?: string;
  /** How the assistant calls itself and greets, if the Orchestrator says so. */
  readonly identity?: { readonly name: string; readonly greeting: string };
  readonly limits?: { readonly max_message_bytes: number; readonly max_waiting: number; readonly ping_ms: number };
  /** All turns that are loaded, oldest first. */
  readonly turns: readonly Turn[];
  /** The server has older ones. */
  readonly hasOlder: boolean;
  /** Connects, and stays connected. */
  open(): this;
  /**
   * Disconnects. What was not acknowledged stays in the storage. Whoever awaits a turn's `done`, or iterates it, gets a
   * `ChatError` (`closed`); the turn itself goes on after another `open`. The same when the connection becomes `closed`.
   */
  close(): void;
  /** Connects with another key, or with none. */
  setToken(token?: string): void;
  /** Connects now, where it would have waited; where it is connected, asks whether it is up to date. */
  wake(): void;
  /**
   * Asks. The message is kept until the server has acknowledged it, also over a reload, and asked once, however often it
   * had to be sent. Of those that are not acknowledged 50 are kept, for 24 h; what is more or older fails.
   */
  send(content: string, options?: { id?: string; onBusy?: 'enqueue' | 'reject' | 'interrupt'; signal?: AbortSignal }): Turn;
  /** Loads turns before the oldest one; resolves once they are in `turns`. */
  loadOlder(limit?: number): Promise<void>;
  addEventListener<K extends keyof ChatEvents>(
    type: K,
    listener: (this: ChatClient, event: ChatEvents[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
}
