// What becomes of messages that nobody has acknowledged.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChatError, unsentSessions } from '../../main/resources/ui/client.js';
import { Clock, connected, MemoryStorage, Stage } from './fakes.mjs';

const contents = (stage) => stage.sent('user').map((frame) => frame.content);
const kept = (stage) => [...stage.storage.items.keys()];
const refusal = (code, more) => ({ type: 'error', ref: 'm', code, content: 'No.', retryable: true, ...more });

test('a message is sent with its id and its session, and kept until it is acknowledged', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm', onBusy: 'interrupt' });
  assert.deepEqual(stage.sent('user'), [{ type: 'user', content: 'Hi', id: 'm', session_id: 's-1', on_busy: 'interrupt' }]);
  assert.equal(turn.state, 'unsent');
  assert.deepEqual(kept(stage), ['nova-chat:outbox:s-1:m']);
  stage.say({ type: 'ack', ref: 'm', turn_id: 't', state: 'accepted', seq: 2 });
  assert.deepEqual([turn.state, turn.id, turn.ref], ['running', 't', 'm']);
  assert.deepEqual(kept(stage), []);
});

test('what is asked without a connection is sent in order once all is synced, and once', () => {
  const stage = new Stage();
  for (const word of ['one', 'two', 'three']) stage.client.send(word);
  stage.client.open();
  stage.accept();
  assert.deepEqual(contents(stage), []);
  stage.snapshot('e', 0);
  stage.say({ type: 'synced', epoch: 'e', seq: 0 });
  assert.deepEqual(contents(stage), ['one', 'two', 'three']);
});

test('what was not acknowledged is sent again on the next connection, under the same id', () => {
  const stage = connected();
  stage.client.send('Hi', { id: 'm' });
  stage.hangUp();
  stage.clock.pass(500);
  stage.resume('e', 0);
  assert.deepEqual(stage.sent('user').map((frame) => frame.id), ['m']);
});

test('messages survive a reload in their order, as turns that are there from the start', () => {
  const storage = new MemoryStorage();
  const clock = new Clock();
  const before = new Stage({ storage, clock });
  for (const word of ['one', 'two', 'three']) before.client.send(word);
  const after = new Stage({ storage, clock });
  assert.deepEqual(after.client.turns.map((turn) => [turn.question, turn.state]), [
    ['one', 'unsent'], ['two', 'unsent'], ['three', 'unsent'],
  ]);
  after.client.open();
  after.snapshot('e', 0);
  assert.deepEqual(contents(after), ['one', 'two', 'three']);
});

test('a message that a snapshot knows already is not asked again after a reload', () => {
  const storage = new MemoryStorage();
  new Stage({ storage }).client.send('Hi', { id: 'm' });
  const stage = new Stage({ storage });
  const [turn] = stage.client.turns;
  stage.client.open();
  stage.snapshot('e', 4, { messages: [
    { role: 'user', content: 'Hi', turn_id: 't', id: 'm', state: 'complete' },
    { role: 'assistant', content: 'Hello', turn_id: 't', state: 'complete' },
  ] });
  assert.deepEqual(contents(stage), []);
  assert.deepEqual(stage.client.turns, [turn]);
  assert.deepEqual([turn.state, turn.text, kept(stage).length], ['complete', 'Hello', 0]);
});

test('two tabs keep their messages side by side, and remove only what is theirs', () => {
  const storage = new MemoryStorage();
  const [one, two] = [connected({ storage }), connected({ storage })];
  one.client.send('from one', { id: 'a' });
  two.client.send('from two', { id: 'b' });
  one.say({ type: 'ack', ref: 'a', turn_id: 't', state: 'accepted', seq: 2 });
  assert.deepEqual(kept(one), ['nova-chat:outbox:s-1:b']);
});

test('a message that another tab got through is not sent again by this one', () => {
  const storage = new MemoryStorage();
  new Stage({ storage }).client.send('Hi', { id: 'm' });
  const stage = new Stage({ storage });
  stage.client.open();
  stage.snapshot('e', 0, {}, {}).say({ type: 'user', turn_id: 't', id: 'm', content: 'Hi', seq: 1 });
  stage.hangUp();
  stage.clock.pass(500);
  stage.resume('e', 1);
  assert.deepEqual(contents(stage), []);
  assert.equal(stage.client.turns.length, 1);
});

test('messages of other sessions and of other programs are left alone', () => {
  const storage = new MemoryStorage();
  storage.setItem('nova-chat:outbox:s-2:x', '{"content":"other","at":1000000}');
  storage.setItem('theme', 'dark');
  const stage = connected({ storage });
  assert.deepEqual([stage.client.turns.length, kept(stage).length], [0, 2]);
});

test('what is not readable in the storage is thrown away', () => {
  const storage = new MemoryStorage();
  storage.setItem('nova-chat:outbox:s-1:bad', '{');
  storage.setItem('nova-chat:outbox:s-1:null', 'null');
  storage.setItem('nova-chat:outbox:s-1:empty', '{"at":1000000}');
  const stage = connected({ storage });
  assert.deepEqual([stage.client.turns.length, kept(stage)], [0, []]);
});

test('what lies in the storage for more than a day is not sent, and whoever asked it is told', () => {
  const storage = new MemoryStorage();
  const clock = new Clock();
  clock.at = 90_000_000;
  storage.setItem('nova-chat:outbox:s-1:old', '{"content":"old","at":1000}');
  const stage = connected({ storage, clock });
  const [turn] = stage.client.turns;
  assert.deepEqual([turn.question, turn.state, turn.error.code], ['old', 'failed', 'expired']);
  assert.deepEqual([contents(stage), kept(stage)], [[], []]);
});

test('more messages than may wait stay in the storage, for later', () => {
  const storage = new MemoryStorage();
  for (let n = 0; n < 51; n++) storage.setItem(`nova-chat:outbox:s-1:${n}`, `{"content":"${n}","at":${900_000 + n}}`);
  const stage = new Stage({ storage });
  assert.deepEqual([stage.client.turns.length, stage.storage.length], [50, 51]);
});

test('the sessions that have something to send can be asked for', () => {
  const storage = new MemoryStorage();
  const { clock } = new Stage({ storage });
  clock.at = 90_000_000;
  storage.setItem('nova-chat:outbox:s-1:x', '{"content":"x","at":89000000}');
  storage.setItem('nova-chat:outbox:s-2:y', '{"content":"y","at":89000000}');
  storage.setItem('nova-chat:outbox:s-2:z', '{"content":"z","at":89000000}');
  storage.setItem('nova-chat:outbox:s-3:old', '{"content":"old","at":1000}');
  storage.setItem('nova-chat:outbox:s-4:bad', '{');
  storage.setItem('other:outbox:s-5:x', '{"content":"x","at":89000000}');
  assert.deepEqual(unsentSessions({ storage }), ['s-1', 's-2']);
  assert.deepEqual(unsentSessions({ storage, storagePrefix: 'other' }), ['s-5']);
  assert.deepEqual(unsentSessions({ storage: null }), []);
});

/** A message that two tabs of one browser know of: the first has asked it without a connection, the second found it. */
function shared() {
  const storage = new MemoryStorage();
  const first = new Stage({ storage });
  const mine = first.client.send('Hi', { id: 'm' });
  const second = new Stage({ storage, clock: first.clock });
  return { first, mine, second, theirs: second.client.turns[0] };
}

test('a message that another tab has withdrawn is not asked', () => {
  const { mine, second, theirs } = shared();
  mine.stop();
  second.client.open();
  second.snapshot('e', 0);
  assert.deepEqual([contents(second), theirs.state], [[], 'unsent']);
  second.say({ type: 'pong', epoch: 'e', seq: 0, turn: null });
  assert.deepEqual([theirs.state, theirs.error, contents(second)], ['stopped', undefined, []]);
});

test('a message that another tab got through is not taken for withdrawn, however late the server says so', () => {
  const { first, second, theirs } = shared();
  first.client.open();
  first.snapshot('e', 0).say({ type: 'ack', ref: 'm', turn_id: 't', state: 'accepted', seq: 2 });
  second.client.open();
  second.snapshot('e', 0).say({ type: 'pong', epoch: 'e', seq: 2, turn: { id: 't', state: 'running' } });
  assert.equal(theirs.state, 'unsent');
  second.say(
    { type: 'user', turn_id: 't', id: 'm', content: 'Hi', seq: 1 },
    { type: 'turn_start', turn_id: 't', ref: 'm', seq: 2 },
    { type: 'pong', epoch: 'e', seq: 2, turn: { id: 't', state: 'running' } },
  );
  assert.deepEqual([theirs.state, theirs.id, contents(second), second.client.turns.length], ['running', 't', [], 1]);
});

test('what was withdrawn here and asked all the same, by another tab, is a turn of its own', () => {
  const { first, mine, second } = shared();
  second.client.open();
  second.snapshot('e', 0);
  mine.stop();
  first.client.open();
  first.snapshot('e', 0).say({ type: 'user', turn_id: 't', id: 'm', content: 'Hi', seq: 1 });
  assert.deepEqual(first.client.turns.map((turn) => [turn.id, turn.state]), [[undefined, 'stopped'], ['t', 'waiting']]);
});

for (const [code, retryable] of [['queue_full', true], ['rate_limited', true], ['token_expired', false]]) {
  test(`a message that was refused as ${code} is withdrawn at once`, () => {
    const stage = connected();
    const turn = stage.client.send('Hi', { id: 'm' });
    stage.say(refusal(code, { retryable, retry_after_ms: 20_000 }));
    turn.stop();
    assert.deepEqual([turn.state, kept(stage), stage.sent('stop')], ['stopped', [], []]);
  });
}

for (const [name, unsure] of [
  ['that the store may have taken', (stage) => stage.say(refusal('store_unavailable'))],
  ['that an earlier connection may have brought', (stage) => {
    stage.hangUp();
    stage.clock.pass(500);
    stage.resume('e', 0).say(refusal('queue_full'));
  }],
]) {
  test(`a message ${name} is withdrawn at the server`, () => {
    const stage = connected();
    const turn = stage.client.send('Hi', { id: 'm' });
    unsure(stage);
    turn.stop();
    assert.deepEqual([turn.state, turn.stopping], ['unsent', true]);
    stage.clock.pass(20_000);
    assert.deepEqual(stage.sent().slice(-2).map((frame) => frame.type), ['stop', 'user']);
  });
}

test('a message that waited in memory for more than a day is not sent any more', () => {
  const stage = new Stage();
  const turn = stage.client.send('Hi');
  stage.clock.pass(86_400_001);
  stage.client.open();
  stage.snapshot('e', 0);
  assert.deepEqual(contents(stage), []);
  assert.deepEqual([turn.state, turn.error.code], ['failed', 'expired']);
});

test('the fifty-first message that waits fails at once', () => {
  const stage = new Stage();
  const turns = Array.from({ length: 51 }, (_, n) => stage.client.send(`${n}`));
  assert.deepEqual(turns.map((turn) => turn.state).slice(49), ['unsent', 'failed']);
  assert.equal(kept(stage).length, 50);
});

for (const [name, storage] of [['none', null], ['one that is full and broken', new Proxy({}, { get() { throw new Error('no'); } })]]) {
  test(`with ${name} as storage messages are kept in memory`, () => {
    const stage = new Stage({ storage });
    stage.client.send('Hi');
    stage.client.open();
    stage.snapshot('e', 0);
    assert.deepEqual(contents(stage), ['Hi']);
  });
}

test('whoever asks more while a message goes out does not make it go twice', () => {
  const stage = connected();
  let more = true;
  stage.client.addEventListener('frame', () => {
    if (more) more = false;
    else return;
    stage.client.send('and more');
  });
  stage.client.send('one');
  assert.deepEqual(contents(stage), ['one', 'and more']);
});

test('the same id asked twice is the same turn', () => {
  const stage = connected();
  assert.equal(stage.client.send('Hi', { id: 'm' }), stage.client.send('Hi', { id: 'm' }));
  assert.equal(contents(stage).length, 1);
});

test('a refusal that is retryable leaves the message unsent, with the reason, and it is sent again', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  stage.say(refusal('queue_full'));
  assert.deepEqual([turn.state, turn.error.code, turn.error instanceof ChatError], ['unsent', 'queue_full', true]);
  stage.clock.pass(1_000);
  assert.equal(contents(stage).length, 2);
  stage.say(refusal('queue_full'));
  stage.clock.pass(1_499);
  assert.equal(contents(stage).length, 2);
  stage.clock.pass(1);
  assert.equal(contents(stage).length, 3);
  stage.say({ type: 'ack', ref: 'm', turn_id: 't', state: 'queued', position: 2, seq: 3 });
  assert.deepEqual([turn.state, turn.position, turn.waitsFor, turn.error], ['waiting', 2, 'busy', undefined]);
});

test('it is not sent again before the time that the server asked for, and later ones wait behind it', () => {
  const stage = connected();
  stage.client.send('Hi', { id: 'm' });
  stage.say(refusal('rate_limited', { retry_after_ms: 30_000 }));
  stage.client.send('And you?');
  stage.clock.pass(29_999);
  assert.deepEqual(contents(stage), ['Hi']);
  stage.say({ type: 'ping', epoch: 'e', seq: 0 });
  stage.clock.pass(1);
  assert.deepEqual(contents(stage), ['Hi', 'Hi', 'And you?']);
});

test('a refusal for want of a key keeps the message for the next key', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  stage.say(refusal('unauthorized', { retryable: false })).hangUp(4001);
  assert.equal(turn.state, 'unsent');
  stage.client.setToken('sk-nova-good');
  stage.resume('e', 0);
  stage.clock.pass(1_000);
  assert.deepEqual(contents(stage), ['Hi']);
});

for (const [code, retryable] of [['bad_frame', false], ['forbidden_session', false], ['busy', true]]) {
  test(`a message that is refused as ${code} has failed, and is not kept`, async () => {
    const stage = connected();
    const turn = stage.client.send('Hi', { id: 'm' });
    stage.say(refusal(code, { retryable }));
    assert.deepEqual([turn.state, turn.error.code, kept(stage).length], ['failed', code, 0]);
    await assert.rejects(turn.done, { name: 'ChatError', code });
    assert.equal(stage.events('end').length, 1);
  });
}

test('a message of more bytes than the server takes fails before it is sent', () => {
  const limits = { max_message_bytes: 200, max_waiting: 20, ping_ms: 25_000 };
  const stage = new Stage();
  stage.client.open();
  stage.snapshot('e', 0, {}, { limits });
  const turn = stage.client.send('ä'.repeat(70));
  assert.deepEqual([turn.state, turn.error.code, contents(stage).length], ['failed', 'message_too_large', 0]);
});

test('after 1009 the largest message has failed, and the others are sent again', () => {
  const stage = connected();
  stage.client.send('small');
  const large = stage.client.send('large'.repeat(9));
  stage.hangUp(1009);
  assert.deepEqual([large.state, large.error.code], ['failed', 'message_too_large']);
  stage.clock.pass(500);
  stage.resume('e', 0);
  assert.deepEqual(contents(stage), ['small']);
});

test('the error that comes before 1009 fails the same message, and no second one', () => {
  const stage = connected();
  stage.client.send('small');
  const large = stage.client.send('large'.repeat(9));
  stage.say(refusal('message_too_large', { ref: undefined, retryable: false }));
  stage.hangUp(1009);
  assert.deepEqual([large.state, stage.client.turns[0].state, stage.client.state], ['failed', 'unsent', 'waiting']);
});

test('a message that is held for a verdict is still unsent, says why, and is sent again after a loss', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  stage.say({ type: 'queued', ref: 'm', position: 1, reason: 'upstream_down' });
  assert.deepEqual([turn.state, turn.position, turn.waitsFor], ['unsent', 1, 'upstream_down']);
  stage.hangUp();
  assert.deepEqual([turn.state, turn.position, turn.waitsFor], ['unsent', undefined, undefined]);
  stage.clock.pass(500);
  stage.resume('e', 0);
  assert.deepEqual(contents(stage), ['Hi']);
});

test('a message that was refused and is then held has nothing to say of the refusal', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  stage.say(refusal('draining'));
  assert.equal(turn.error.code, 'draining');
  stage.say({ type: 'queued', ref: 'm', position: 1, reason: 'upstream_down' });
  assert.deepEqual([turn.error, turn.waitsFor], [undefined, 'upstream_down']);
});

test('what was left in one session is not asked in another, and stays in the storage', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  stage.hangUp();
  stage.clock.pass(500);
  stage.snapshot('', 0, {}, { session_id: 's-9', resumed: false, reason: 'forbidden_session' });
  assert.deepEqual([stage.client.sessionId, stage.client.turns, contents(stage)], ['s-9', [], []]);
  assert.equal(stage.events('session').at(-1).reason, 'forbidden_session');
  assert.deepEqual([turn.state, turn.error.code, kept(stage).length], ['failed', 'forbidden_session', 1]);
});

test('a message that is stopped as soon as it shows is not kept', () => {
  const stage = new Stage();
  stage.client.addEventListener('turn', ({ turn }) => turn.stop());
  assert.equal(stage.client.send('Hi').state, 'stopped');
  assert.equal(stage.storage.length, 0);
});

test('what the server has taken under an id is the same turn for good', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  stage.say({ type: 'ack', ref: 'm', turn_id: 't', state: 'accepted', seq: 0 });
  stage.say({ type: 'stream_end', turn_id: 't', reason: 'complete', seq: 1 });
  assert.equal(stage.client.send('Hi', { id: 'm' }), turn);
  assert.deepEqual([stage.client.turns.length, stage.storage.length], [1, 0]);
});

test('what was refused may be asked again under its id', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  stage.say({ type: 'error', ref: 'm', code: 'busy', content: 'No.', retryable: true });
  assert.notEqual(stage.client.send('Hi', { id: 'm' }), turn);
  assert.equal(stage.sent('user').length, 2);
});

test('a signal that comes with a message that is known stops it too', () => {
  const stage = connected();
  const abort = new AbortController();
  const turn = stage.client.send('Hi', { id: 'm' });
  assert.equal(stage.client.send('Hi', { id: 'm', signal: abort.signal }), turn);
  abort.abort();
  assert.deepEqual(stage.sent('stop'), [{ type: 'stop', ref: 'm' }]);
});
