// A strict reader of client.d.ts: it compiles if everything that is promised there is there.
import { backoff, ChatClient, ChatError, Turn } from '../../main/resources/ui/client.js';
import type {
  Aside, ChatClientOptions, ChatEvents, ConnectionState, DeltaEvent, FaultEvent, FrameEvent, SessionEvent, StateEvent,
  TurnEvent, TurnState, TurnStats,
} from '../../main/resources/ui/client.js';

const asides: readonly Aside[] = ['user', 'status', 'thinking', 'meta'];

const options: ChatClientOptions = {
  url: new URL('wss://nova.example/ws/chat'),
  token: 'sk-nova-example',
  sessionId: 'my-notes',
  events: asides,
  storage: null,
  storagePrefix: 'mine',
  WebSocket,
};

const places: Record<ConnectionState, string> = {
  idle: 'not yet', connecting: 'soon', open: 'now', waiting: 'again', unauthorized: 'a key', closed: 'no more',
};

const ends: Record<TurnState, boolean> = {
  unsent: false, waiting: false, running: false, complete: true, stopped: true, interrupted: true, failed: true,
};

export function describe(error: ChatError): string {
  const after: number | undefined = error.retryAfterMs;
  return `${error.name} ${error.code}: ${error.message}, ${error.retryable ? `again in ${after ?? 0} ms` : 'for good'}`;
}

export function measure({ firstDeltaMs, durationMs, frames, chars, gapMs, reconnects, server }: TurnStats): number {
  const gaps = gapMs ? gapMs.p50 + gapMs.p95 + gapMs.max : 0;
  const told = server ? (server.first_chunk_ms ?? 0) + server.duration_ms + server.chunks + server.bytes : 0;
  return (firstDeltaMs ?? 0) + (durationMs ?? 0) + frames + chars + gaps + reconnects + told;
}

export async function read(turn: Turn): Promise<string> {
  const shown: (string | undefined)[] = [turn.id, turn.ref, turn.question, turn.text, turn.thinking, turn.waitsFor];
  for await (const delta of turn) shown.push(delta.trim());
  if (turn.position === 1 || turn.askedAt?.getTime() === 0 || turn.error) turn.stop();
  const step: unknown = turn.status?.['step'];
  const model: unknown = turn.meta?.['model'];
  return ends[turn.state] ? turn.done : `${String(step)} ${String(model)} ${measure(turn.stats)} ${shown.join()}`;
}

function listen(client: ChatClient): void {
  client.addEventListener('state', function (event: StateEvent) {
    const { state, code, reason, retryInMs, attempt } = event;
    places[state] = `${this.sessionId} ${code ?? 0} ${reason ?? ''} ${retryInMs ?? 0} ${attempt}`;
  });
  client.addEventListener('session', ({ sessionId, resumed, reason }: SessionEvent) => {
    places.open = `${sessionId} ${resumed} ${reason ?? ''}`;
  });
  client.addEventListener('delta', ({ turn, delta, replay }: DeltaEvent) => replay || turn.text.endsWith(delta));
  client.addEventListener('fault', ({ error }: FaultEvent) => describe(error));
  client.addEventListener('frame', ({ direction, data }: FrameEvent) => (direction === 'in' ? data.length : 0));
  const ofTurns = ['turn', 'change', 'rewrite', 'end'] as const;
  for (const type of ofTurns) client.addEventListener(type, ({ turn }: TurnEvent) => void read(turn), { once: true });
  const plain: (keyof ChatEvents)[] = ['turns', 'synced'];
  for (const type of plain) client.addEventListener(type, (event: Event) => event.type);
}

export async function talk(signal: AbortSignal): Promise<number> {
  const client = new ChatClient(options).open();
  listen(client);
  client.setToken();
  client.setToken('sk-nova-another');
  client.wake();
  const turns: readonly Turn[] = [client.send('Hi'), client.send('Bye', { id: 'm-2', onBusy: 'interrupt', signal })];
  const known = `${client.identity?.name} ${client.identity?.greeting} ${client.agentId} ${client.state}`;
  const { max_message_bytes, max_waiting, ping_ms } = client.limits ?? { max_message_bytes: 1, max_waiting: 1, ping_ms: 1 };
  if (client.hasOlder) await client.loadOlder(10);
  await client.loadOlder();
  client.close();
  return turns.length + client.turns.length + known.length + max_message_bytes + max_waiting + ping_ms + backoff(3, () => 0);
}

// @ts-expect-error What the client knows is not to be changed from outside.
new ChatClient().state = 'open';
// @ts-expect-error There is no such event.
const nothing: ChatEvents['weather'] = undefined;
export { nothing };
