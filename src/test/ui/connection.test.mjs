// How a client connects, waits, notices that a connection is dead, and what it shows of all that.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff, ChatClient } from '../../main/resources/ui/client.js';
import { connected, Stage, SYSTEM } from './fakes.mjs';

const delays = (code) => {
  const stage = connected();
  stage.hangUp(code);
  return stage.events('state').at(-1);
};

test('the address is made a WebSocket one, asks for version two and never has the key', () => {
  const stage = new Stage({ token: 'sk-nova-secret' });
  stage.client.open();
  assert.equal(String(stage.socket.url), 'wss://nova.example/ws/chat?v=2');
});

test('hello comes first, with key, session and wishes, and without a position at first', () => {
  const stage = new Stage({ token: 'sk-nova-one' });
  stage.client.open();
  stage.accept();
  assert.deepEqual(stage.sent(), [
    { type: 'hello', token: 'sk-nova-one', session_id: 's-1', events: ['user', 'status', 'thinking', 'meta'] },
  ]);
});

test('a client without a session id mints one, and two clients do not mint the same', () => {
  const [one, two] = [new Stage({ sessionId: undefined }), new Stage({ sessionId: undefined })];
  assert.match(one.client.sessionId, /^[0-9a-f-]{36}$/);
  assert.notEqual(one.client.sessionId, two.client.sessionId);
});

test('a page without TLS is given no random UUIDs, and its ids are such all the same', () => {
  const hidden = Object.getOwnPropertyDescriptor(globalThis, 'crypto'); // none in Node 18
  Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
  const ids = Array.from({ length: 100 }, () => {
    const client = new ChatClient({ storage: null });
    return [client.sessionId, client.send('Hi').ref];
  }).flat();
  if (hidden) Object.defineProperty(globalThis, 'crypto', hidden);
  else delete globalThis.crypto;
  for (const id of ids) assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.equal(new Set(ids).size, 200);
});

test('it is open when the server has said system, not before', () => {
  const stage = new Stage();
  stage.client.open();
  stage.accept();
  assert.equal(stage.client.state, 'connecting');
  stage.say(SYSTEM);
  assert.equal(stage.client.state, 'open');
  assert.equal(stage.client.limits.ping_ms, 25_000);
});

for (const code of [1000, 1002, 1003, 1007, 1008, 1010, 4003, 4400]) {
  test(`after ${code} the client is closed and stays so`, () => {
    const stage = connected();
    stage.hangUp(code, 'because');
    assert.equal(stage.client.state, 'closed');
    assert.equal(stage.events('state').at(-1).code, code);
    stage.clock.pass(3_600_000);
    assert.equal(stage.sockets.length, 1);
  });
}

for (const code of [4001, 4012]) {
  test(`after ${code} the client waits for a key, and connects with it`, () => {
    const stage = connected();
    stage.hangUp(code);
    assert.equal(stage.client.state, 'unauthorized');
    stage.clock.pass(3_600_000);
    stage.client.wake();
    assert.equal(stage.sockets.length, 1);
    stage.client.setToken('sk-nova-two');
    stage.accept();
    assert.equal(stage.sent('hello')[0].token, 'sk-nova-two');
  });
}

for (const code of [1001, 1005, 1006, 1009, 1011, 1012, 1014, 4000, 4011, 4999]) {
  test(`after ${code} the client backs off and connects again`, () => {
    const { state, retryInMs } = delays(code);
    assert.equal(state, 'waiting');
    assert.equal(retryInMs, 500);
  });
}

for (const [code, leastMs, mostMs] of [[1013, 5_000, 15_000], [4008, 5_000, 15_000], [4029, 60_000, 70_000]]) {
  test(`after ${code} the client waits long`, () => {
    assert.equal(delays(code).retryInMs, mostMs);
    const lucky = connected();
    lucky.randomness = 0;
    lucky.hangUp(code);
    assert.equal(lucky.events('state').at(-1).retryInMs, leastMs);
  });

  test(`only a person cuts the pause after ${code} short`, () => {
    const stage = connected();
    stage.hangUp(code);
    stage.window.dispatchEvent(new Event('online'));
    stage.window.show('visible');
    assert.equal(stage.sockets.length, 1);
    stage.client.wake();
    assert.equal(stage.sockets.length, 2);
  });
}

test('after 4010 the client connects at once, but not over and over', () => {
  assert.equal(delays(4010).retryInMs, undefined ?? 0);
  const stage = connected();
  stage.hangUp(4010);
  stage.clock.pass(0);
  stage.resume('e', 0).hangUp(4010);
  assert.equal(stage.events('state').at(-1).retryInMs, 1_000);
});

test('the back-off doubles from half a second up to 20 s, and is drawn from zero on', () => {
  assert.deepEqual([0, 1, 2, 5, 6, 60].map((n) => backoff(n, () => 1)), [500, 1_000, 2_000, 16_000, 20_000, 20_000]);
  assert.equal(backoff(9, () => 0), 0);
});

test('only a connection that lasted five seconds ends the back-off', () => {
  const stage = connected();
  const nextMs = () => stage.events('state').filter((event) => event.state === 'waiting').at(-1).retryInMs;
  stage.hangUp();
  stage.clock.pass(500);
  stage.resume('e', 0);
  stage.clock.pass(4_999);
  stage.hangUp();
  assert.equal(nextMs(), 1_000);
  stage.clock.pass(1_000);
  stage.resume('e', 0);
  stage.clock.pass(5_000);
  stage.hangUp();
  assert.equal(nextMs(), 500);
});

test('a hidden page waits five seconds at least, and connects when it is shown', () => {
  const stage = connected();
  stage.window.document.visibilityState = 'hidden';
  stage.hangUp();
  assert.equal(stage.events('state').at(-1).retryInMs, 5_000);
  stage.window.show('visible');
  assert.equal(stage.sockets.length, 2);
});

for (const [name, happen] of [
  ['the machine is online again', (window) => window.dispatchEvent(new Event('online'))],
  ['the page comes out of the cache', (window) => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))],
]) {
  test(`it connects when ${name}`, () => {
    const stage = connected();
    stage.hangUp();
    happen(stage.window);
    assert.equal(stage.sockets.length, 2);
  });
}

test('it does not ask whether the machine is online', () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'navigator') ?? { value: undefined, configurable: true };
  Object.defineProperty(globalThis, 'navigator', { value: { onLine: false }, configurable: true });
  try {
    const stage = connected();
    stage.hangUp();
    stage.clock.pass(500);
    assert.equal(stage.sockets.length, 2);
  } finally {
    Object.defineProperty(globalThis, 'navigator', own);
  }
});

test('a server that says nothing for 20 s after the dial is given up', () => {
  const stage = new Stage();
  stage.client.open();
  stage.accept();
  stage.clock.pass(19_999);
  assert.equal(stage.client.state, 'connecting');
  stage.clock.pass(1);
  assert.equal(stage.client.state, 'waiting');
  assert.equal(stage.socket.closedWith, 1005);
});

test('silence for ten seconds more than the pings ends a connection, and any frame breaks it', () => {
  const stage = connected();
  stage.clock.pass(34_999);
  stage.say({ type: 'ping', epoch: 'e', seq: 0 });
  stage.clock.pass(34_999);
  assert.equal(stage.client.state, 'open');
  stage.clock.pass(1);
  assert.equal(stage.client.state, 'waiting');
});

test('wake asks with a ping, and a socket without an answer in five seconds is dropped', () => {
  const stage = connected();
  stage.client.wake();
  assert.deepEqual(stage.sent().at(-1), { type: 'ping' });
  stage.say({ type: 'pong', epoch: 'e', seq: 0, turn: null });
  stage.clock.pass(5_000);
  assert.equal(stage.client.state, 'open');
  stage.client.wake();
  stage.clock.pass(5_000);
  assert.equal(stage.client.state, 'waiting');
});

test('who is behind for three seconds after a pong sends resume, once', () => {
  const stage = connected();
  stage.say({ type: 'pong', epoch: 'e', seq: 4, turn: null });
  stage.clock.pass(3_000);
  stage.say({ type: 'ping', epoch: 'e', seq: 4 });
  stage.clock.pass(3_000);
  assert.deepEqual(stage.sent('resume'), [{ type: 'resume', session_id: 's-1', epoch: 'e', last_seq: 0 }]);
});

test('who catches up within three seconds does not', () => {
  const stage = connected();
  stage.say({ type: 'ping', epoch: 'e', seq: 1 }, { type: 'user', turn_id: 't', content: 'Hi', seq: 1 });
  stage.clock.pass(3_000);
  assert.deepEqual(stage.sent('resume'), []);
});

test('a resume that the store refused is sent again after the next ping', () => {
  const stage = connected();
  const refusal = { type: 'error', code: 'store_unavailable', content: 'Away.', retryable: true };
  stage.say({ type: 'ping', epoch: 'f', seq: 1 });
  stage.clock.pass(3_000);
  stage.say(refusal, { type: 'ping', epoch: 'f', seq: 1 });
  stage.clock.pass(3_000);
  assert.equal(stage.sent('resume').length, 2);
});

test('close hangs up, leaves no timer and no listener, and open works again', () => {
  const stage = connected();
  const { window } = stage;
  const listeners = () => [window.listening, window.document.listening];
  assert.deepEqual(listeners(), [2, 1]);
  stage.client.close();
  assert.equal(stage.socket.closedWith, 1000);
  assert.equal(stage.client.state, 'closed');
  assert.equal(stage.clock.pending, 0);
  assert.deepEqual(listeners(), [0, 0]);
  stage.client.open();
  stage.resume('e', 0);
  assert.equal(stage.client.state, 'open');
});

test('closing from within a state listener is obeyed', () => {
  const stage = connected();
  stage.client.addEventListener('state', (event) => event.state === 'waiting' && stage.client.close());
  stage.hangUp();
  stage.clock.pass(60_000);
  assert.equal(stage.client.state, 'closed');
  assert.equal(stage.sockets.length, 1);
});

test('closing when a move to another session has ended a turn is obeyed', () => {
  const stage = connected();
  stage.client.send('Hi');
  stage.client.addEventListener('end', () => stage.client.close());
  stage.say({ type: 'system', session_id: 's-9', resumed: false, reason: 'forbidden_session' });
  assert.equal(stage.client.state, 'closed');
  assert.equal(stage.clock.pending, 0);
});

test('a platform that refuses the socket closes the client with its words', () => {
  const stage = new Stage({ WebSocket: class { constructor() { throw new Error('mixed content'); } } });
  stage.client.open();
  assert.equal(stage.client.state, 'closed');
  assert.equal(stage.events('state').at(-1).reason, 'mixed content');
});

test('a new key on an open connection connects again, and what the old socket still says is not heard', () => {
  const stage = connected();
  const [old] = stage.sockets;
  stage.client.setToken('sk-nova-two');
  assert.equal(old.onmessage, null);
  stage.resume('e', 0);
  assert.equal(stage.sent('hello')[0].token, 'sk-nova-two');
});

const secret = 'sk-nova-"a/b\\c-0123456789';

for (const [name, text] of [
  ['as it is', secret],
  ['escaped', JSON.stringify(secret)],
  ['escaped to the last character', [...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
  ['with escaped slashes', JSON.stringify(secret).replaceAll('/', '\\/')],
]) {
  test(`the key is masked in frames, ${name}`, () => {
    const stage = connected({ token: secret });
    const seen = [];
    stage.client.addEventListener('frame', (event) => seen.push(event.data));
    stage.raw(`{"type":"mystery","x":${text.startsWith('"') ? text : `"${text}"`}}`);
    assert.match(seen[0], /"sk-nova-…6789"/);
    assert.doesNotMatch(seen[0], /012345/);
  });
}

test('of a short key no character is shown, in hello and in errors', () => {
  const stage = new Stage({ token: 'sk-nova-tiny' });
  const seen = [];
  stage.client.addEventListener('frame', (event) => seen.push(event));
  stage.client.open();
  stage.accept().say({ type: 'error', code: 'unauthorized', content: 'Bad: sk-nova-tiny', retryable: false });
  assert.deepEqual(seen.map((event) => event.direction), ['out', 'in']);
  assert.equal(JSON.parse(seen[0].data).token, 'sk-nova-…');
  assert.equal(stage.faults[0].message, 'Bad: sk-nova-…');
});

for (const data of ['', '{', 'null', '7', '"x"', '[]', '{}', '{"type":"system"}', '{"type":"history"}', '{"type":"ack"}',
  '{"type":"history","reset":true,"messages":7}', '{"type":"stream_chunk"}', '{"type":"stream_chunk","seq":1}',
  '{"type":"stream_chunk","seq":"1","turn_id":"t","delta":"x"}', '{"type":"stream_chunk","seq":1,"turn_id":"t","delta":{}}',
  '{"type":"error"}', '{"type":"error","seq":1}', '{"type":"queued"}', '{"type":"ping"}', '{"type":"pong"}',
  '{"type":"weather","seq":99}', '{"type":"constructor"}', '{"type":"user","seq":1,"turn_id":"t"}']) {
  test(`a server that says ${data || 'nothing'} does no harm`, () => {
    const stage = connected();
    stage.raw(data);
    stage.clock.pass(1_000);
    const turn = stage.client.send('Hi', { id: 'm' });
    assert.equal(turn.ended, false);
    assert.equal(stage.client.state, 'open');
  });
}
