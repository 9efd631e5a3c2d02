// How the conversation comes about from what the server says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connected, Stage } from './fakes.mjs';

const question = (turn_id, more) => ({ role: 'user', content: `Q ${turn_id}`, turn_id, state: 'complete', ...more });
const answer = (turn_id, more) => ({ role: 'assistant', content: `A ${turn_id}`, turn_id, state: 'complete', ...more });
const chunk = (seq, delta, more) => ({ type: 'stream_chunk', turn_id: 't', delta, seq, ...more });
const start = (seq, more) => ({ type: 'turn_start', turn_id: 't', seq, ...more });
const end = (seq, more) => ({ type: 'stream_end', turn_id: 't', reason: 'complete', seq, ...more });
const list = (stage) => stage.client.turns.map((turn) => `${turn.id ?? turn.ref}:${turn.state}:${turn.text}`);

/** A turn `t` of this client, which runs and has said "Ven". */
function running(options) {
  const stage = connected(options);
  const turn = stage.client.send('Name two planets.', { id: 'm' });
  stage.say({ type: 'ack', ref: 'm', turn_id: 't', state: 'accepted', seq: 2 }, start(2, { ref: 'm', from: 1 }), chunk(3, 'Ven'));
  return { stage, turn };
}

test('an answer is put together from its pieces, also where they cut a character in two', async () => {
  const { stage, turn } = running();
  stage.say(chunk(4, '\ud83d'), chunk(5, '\ude00'), end(6, { stats: { duration_ms: 7, chunks: 3, bytes: 7 } }));
  assert.equal(await turn.done, 'Ven😀');
  assert.deepEqual([turn.state, turn.stats.server.chunks, stage.faults], ['complete', 3, []]);
});

test('numbered frames that were had already are dropped', () => {
  const { stage, turn } = running();
  stage.say(chunk(3, 'Ven'), chunk(2, 'x'), chunk(4, 'us'));
  assert.equal(turn.text, 'Venus');
});

test('a gap makes the client connect again, from where it is', () => {
  const { stage, turn } = running();
  stage.say(chunk(6, '!', { from: 5 }));
  assert.deepEqual([turn.text, stage.client.state], ['Ven', 'waiting']);
  stage.clock.pass(500);
  stage.accept();
  assert.deepEqual([stage.sent('hello')[0].epoch, stage.sent('hello')[0].last_seq], ['e', 3]);
});

test('events that were not asked for are counted in with the next frame and with synced', () => {
  const { stage, turn } = running();
  stage.say(chunk(6, 'us', { from: 4 }), { type: 'synced', epoch: 'e', seq: 9 }, chunk(10, '.'));
  assert.equal(turn.text, 'Venus.');
});

test('what was missed comes after a loss, and is told as a replay', async () => {
  const { stage, turn } = running();
  stage.hangUp();
  stage.clock.pass(500);
  stage.resume('e', 5, chunk(4, 'us'), end(5));
  assert.equal(await turn.done, 'Venus');
  assert.deepEqual(stage.events('delta').map((event) => event.replay), [false, true]);
});

test('the first message of a session moves it into an epoch, and is neither asked twice nor lost', async () => {
  const stage = new Stage();
  stage.client.open();
  stage.welcome();
  const turn = stage.client.send('Hi', { id: 'm' });
  stage.say(
    { type: 'ack', ref: 'm', turn_id: 't', state: 'accepted', seq: 2 },
    { type: 'system', epoch: 'n', seq: 2, resumed: false, reason: 'epoch_changed', turn: { id: 't', state: 'running' } },
    { type: 'history', messages: [], epoch: 'n', seq: 0, reset: true },
    { type: 'synced', epoch: 'n', seq: 0 },
    { type: 'user', turn_id: 't', id: 'm', content: 'Hi', seq: 1 },
    start(2, { ref: 'm' }), chunk(3, 'Hello'), end(4),
  );
  assert.equal(await turn.done, 'Hello');
  assert.deepEqual([stage.sent('user').length, stage.client.turns.length, stage.events('end').length], [1, 1, 1]);
});

test('a turn that starts twice has the text of the second start', async () => {
  const { stage, turn } = running();
  stage.say(start(4), chunk(5, 'Mars'), end(6));
  assert.equal(await turn.done, 'Mars');
  assert.equal(stage.events('rewrite').length, 1);
});

test('the first end counts, and is told once', () => {
  const { stage, turn } = running();
  stage.say(end(4), { type: 'error', turn_id: 't', code: 'interrupted', content: 'Late.', retryable: true, seq: 5 });
  assert.deepEqual([turn.state, stage.events('end').length], ['complete', 1]);
});

test('an end that a snapshot had, and its text, may come again as events', () => {
  const { stage, turn } = running();
  stage.say(
    { type: 'system', epoch: 'f', seq: 4, resumed: false, reason: 'epoch_changed', turn: null },
    { type: 'history', messages: [question('t', { id: 'm' }), answer('t', { content: 'Ven', state: 'interrupted' })], epoch: 'f', seq: 0, reset: true },
    { type: 'synced', epoch: 'f', seq: 0 },
    start(1), chunk(2, 'Ven'), { type: 'error', turn_id: 't', code: 'interrupted', content: 'Lost.', retryable: true, seq: 3 },
  );
  assert.deepEqual([turn.state, turn.text, stage.events('end').length], ['interrupted', 'Ven', 1]);
});

test('an error with a number is the end of its turn', async () => {
  const { stage, turn } = running();
  stage.say({ type: 'error', turn_id: 't', code: 'upstream_busy', content: 'Busy.', retryable: true, retry_after_ms: 60_000, seq: 4 });
  assert.equal(turn.state, 'failed');
  await assert.rejects(turn.done, { code: 'upstream_busy', retryable: true, retryAfterMs: 60_000, message: 'Busy.' });
});

test('an error without number or message is a fault of no turn, and the answer goes on', () => {
  const { stage, turn } = running();
  stage.say({ type: 'error', code: 'unsupported_type', content: 'What?', retryable: false }, chunk(4, 'us'));
  assert.deepEqual([stage.faults[0].code, turn.text], ['unsupported_type', 'Venus']);
});

test('what others ask and what they are answered makes turns too', () => {
  const stage = connected();
  stage.say(
    { type: 'user', turn_id: 't', id: 'theirs', content: 'Hi', seq: 1 },
    { type: 'queued', turn_id: 't', position: 2, reason: 'busy', seq: 2 },
  );
  const [turn] = stage.client.turns;
  assert.deepEqual([turn.question, turn.ref, turn.state, turn.position, turn.waitsFor], ['Hi', 'theirs', 'waiting', 2, 'busy']);
  assert.equal(turn.askedAt.toISOString(), '2026-11-23T22:32:25.637Z');
  stage.say(start(3), chunk(4, 'Yes'), end(5));
  assert.deepEqual(list(stage), ['t:complete:Yes']);
  assert.deepEqual(stage.events('turn').length, 1);
});

test('those that wait move up when one before them begins', () => {
  const stage = connected();
  for (const [n, id] of ['a', 'b'].entries()) {
    stage.say({ type: 'queued', turn_id: id, position: n + 1, reason: 'busy', seq: n + 1 });
  }
  stage.say({ type: 'turn_start', turn_id: 'a', seq: 3 });
  assert.deepEqual(stage.client.turns.map((turn) => turn.position), [undefined, 1]);
});

test('status, thinking and meta belong to the turn, and its status ends with it', () => {
  const { stage, turn } = running();
  stage.say(
    { type: 'status', turn_id: 't', status: { step: 'model' }, seq: 4 },
    { type: 'thinking', turn_id: 't', delta: 'Inner', seq: 5 },
    { type: 'thinking', turn_id: 't', delta: ' ones', seq: 6 },
    { type: 'meta', turn_id: 't', meta: { model: 'auto' }, seq: 7 },
  );
  assert.deepEqual([turn.status, turn.thinking, turn.meta], [{ step: 'model' }, 'Inner ones', { model: 'auto' }]);
  stage.say(end(8));
  assert.deepEqual([turn.status, turn.thinking, turn.meta], [undefined, 'Inner ones', { model: 'auto' }]);
});

test('a snapshot makes the list: the old, the running with its part, what waits, and last what is unsent', () => {
  const stage = new Stage();
  stage.client.send('Mine', { id: 'm' });
  stage.client.open();
  stage.snapshot('e', 9, {
    messages: [question('a'), answer('a'), question('b'), question('c', { state: 'running' }), question('d', { state: 'waiting' })],
    partial: { turn_id: 'c', text: 'Ve' },
    more: true,
  });
  assert.deepEqual(list(stage), ['a:complete:A a', 'b:failed:', 'c:running:Ve', 'd:waiting:', 'm:unsent:']);
  assert.equal(stage.client.turns[1].error.code, 'no_answer');
  assert.equal(stage.client.hasOlder, true);
  assert.deepEqual(stage.events('end'), []);
});

test('of an answer that a snapshot has in part only, it is said that it broke off', () => {
  const stage = new Stage();
  stage.client.open();
  stage.snapshot('e', 9, { messages: [question('a'), answer('a', { state: 'failed' })] });
  assert.deepEqual([list(stage), stage.client.turns[0].error.code], [['a:failed:A a'], 'broken_off']);
});

test('a turn is the same object after a snapshot, with the text that the snapshot has', async () => {
  const { stage, turn } = running();
  stage.hangUp();
  stage.clock.pass(500);
  stage.snapshot('f', 7, { messages: [question('t'), answer('t', { content: 'Venus and Mars.' })] }, { resumed: false });
  assert.equal(stage.client.turns[0], turn);
  assert.equal(await turn.done, 'Venus and Mars.');
  assert.deepEqual(stage.events('end').map((event) => event.turn), [turn]);
});

test('where the answer runs on after an unasked snapshot, its text comes from its start', async () => {
  const { stage, turn } = running();
  stage.say(
    { type: 'system', epoch: 'f', seq: 2, resumed: false, reason: 'trimmed', turn: { id: 't', state: 'running' } },
    { type: 'history', messages: [question('t', { state: 'running' })], epoch: 'f', seq: 0, reset: true },
    { type: 'synced', epoch: 'f', seq: 0 },
    start(1), chunk(2, 'Venus'), end(3),
  );
  assert.equal(await turn.done, 'Venus');
});

for (const [name, ack, pong, state] of [
  ['has ended meanwhile', { turn_id: 't', state: 'duplicate' }, null, 'failed'],
  ['waits', { turn_id: 't', state: 'duplicate', position: 1 }, null, 'waiting'],
  ['runs', { turn_id: 't', state: 'duplicate' }, { id: 't', state: 'running' }, 'running'],
  ['was lost by the store', { turn_id: 'new', state: 'accepted' }, { id: 'new', state: 'running' }, 'running'],
]) {
  test(`a turn that a snapshot does not know is asked for again under its id; it ${name}`, async () => {
    const { stage, turn } = running();
    stage.hangUp();
    stage.clock.pass(500);
    stage.snapshot('f', 7, {}, { resumed: false });
    assert.deepEqual(stage.sent('user'), [{ type: 'user', content: 'Name two planets.', id: 'm', session_id: 's-1' }]);
    stage.say({ type: 'ack', ref: 'm', seq: 7, ...ack }, { type: 'pong', epoch: 'f', seq: 7, turn: pong });
    assert.equal(turn.id, ack.turn_id);
    if (state === 'failed') await assert.rejects(turn.done, { code: 'no_answer' });
    assert.equal(turn.state, state);
  });
}

test('a turn of somebody else that a snapshot does not know ends once the server says that all was told', () => {
  const stage = connected();
  stage.say({ type: 'user', turn_id: 't', id: 'theirs', content: 'Hi', seq: 1 });
  const [turn] = stage.client.turns;
  stage.hangUp();
  stage.clock.pass(500);
  stage.snapshot('f', 2, {}, { resumed: false }).say({ type: 'pong', epoch: 'f', seq: 3, turn: null });
  assert.equal(turn.state, 'waiting');
  stage.say({ type: 'synced', epoch: 'f', seq: 3 }, { type: 'pong', epoch: 'f', seq: 3, turn: null });
  assert.deepEqual([turn.state, stage.sent('user').length], ['failed', 0]);
});

test('an acknowledgement of what is known already, without a trace of it, ends the turn when all was told', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  stage.say({ type: 'ack', ref: 'm', turn_id: 't', state: 'duplicate', seq: 0 }, { type: 'pong', epoch: 'e', seq: 0, turn: null });
  assert.deepEqual([turn.state, turn.error.code], ['failed', 'no_answer']);
});

test('older turns come before the others, each once', async () => {
  const stage = new Stage();
  stage.client.open();
  stage.snapshot('e', 9, { messages: [question('c'), answer('c')], more: true });
  const loaded = stage.client.loadOlder(2);
  assert.deepEqual(stage.sent('history'), [{ type: 'history', before: 'c', limit: 2 }]);
  assert.equal(stage.client.loadOlder(), loaded);
  stage.say({ type: 'history', messages: [question('b'), answer('b'), question('c'), answer('c')], epoch: 'e', seq: 9 });
  await loaded;
  assert.deepEqual(list(stage), ['b:complete:A b', 'c:complete:A c']);
  assert.equal(stage.client.hasOlder, false);
});

test('pages that were loaded stay before a later snapshot that begins where they end', async () => {
  const stage = new Stage();
  stage.client.open();
  stage.snapshot('e', 9, { messages: [question('b'), answer('b')], more: true });
  const loaded = stage.client.loadOlder();
  stage.say({ type: 'history', messages: [question('a'), answer('a')], epoch: 'e', seq: 9 });
  await loaded;
  stage.hangUp();
  stage.clock.pass(500);
  stage.snapshot('f', 3, { messages: [question('b'), answer('b')], more: true });
  assert.deepEqual(list(stage), ['a:complete:A a', 'b:complete:A b']);
  assert.equal(stage.client.hasOlder, false);
});

for (const [name, happen, code] of [
  ['no answer comes', (stage) => stage.clock.pass(10_000), 'timeout'],
  ['the connection is lost', (stage) => stage.hangUp(), 'not_connected'],
  ['the client is closed', (stage) => stage.client.close(), 'not_connected'],
  ['the store is away', (stage) => stage.say({ type: 'error', code: 'store_unavailable', content: 'Away.', retryable: true }), 'store_unavailable'],
]) {
  test(`older turns are refused when ${name}`, async () => {
    const stage = connected();
    const loaded = stage.client.loadOlder();
    happen(stage);
    await assert.rejects(loaded, { name: 'ChatError', code, retryable: true });
  });
}

test('older turns are refused where there is no connection', async () => {
  await assert.rejects(new Stage().client.loadOlder(), { code: 'not_connected' });
});

test('a turn that a snapshot shows running waits for nothing', () => {
  const stage = connected();
  stage.say({ type: 'queued', turn_id: 't', position: 1, reason: 'busy', seq: 1 }).hangUp();
  stage.clock.pass(500);
  stage.snapshot('e', 9, { messages: [question('t', { state: 'running' })] });
  const [turn] = stage.client.turns;
  assert.deepEqual([turn.state, turn.position, turn.waitsFor], ['running', undefined, undefined]);
});

test('what is said of a place twice moves nobody up', () => {
  const stage = connected();
  stage.say({ type: 'queued', turn_id: 'a', position: 1, reason: 'busy', seq: 1 });
  stage.say({ type: 'queued', turn_id: 'b', position: 2, reason: 'busy', seq: 2 });
  stage.say({ type: 'queued', turn_id: 'a', position: 1, reason: 'upstream_down', seq: 3 });
  assert.deepEqual(stage.client.turns.map((turn) => turn.position), [1, 2]);
});

test('a page for a place that a snapshot has taken away is not put elsewhere', async () => {
  const stage = connected();
  stage.say({ type: 'history', messages: [question('b')], more: true, epoch: 'e', seq: 0, reset: true });
  const loaded = stage.client.loadOlder();
  stage.say({ type: 'history', messages: [question('d')], more: true, epoch: 'f', seq: 0, reset: true });
  await assert.rejects(loaded, { code: 'not_connected', retryable: true });
  stage.say({ type: 'history', messages: [question('a')], epoch: 'f', seq: 0 });
  assert.deepEqual(stage.client.turns.map((turn) => turn.id), ['d']);
  assert.equal(stage.client.hasOlder, true);
});

test('a page comes although a message meanwhile could not be stored', async () => {
  const stage = connected();
  const loaded = stage.client.loadOlder();
  stage.client.send('Hi', { id: 'm' });
  stage.say({ type: 'error', ref: 'm', code: 'store_unavailable', content: 'Away.', retryable: true });
  stage.say({ type: 'history', messages: [question('a')], epoch: 'e', seq: 0 });
  await loaded;
  assert.deepEqual(stage.client.turns.map((turn) => turn.id ?? turn.ref), ['a', 'm']);
});
