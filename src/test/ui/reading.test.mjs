// How a program reads an answer, how it stops one, and what it can measure.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { connected, MemoryStorage, settled, Stage } from './fakes.mjs';

const chunk = (seq, delta, more) => ({ type: 'stream_chunk', turn_id: 't', delta, seq, ...more });
const start = (seq) => ({ type: 'turn_start', turn_id: 't', ref: 'm', seq });
const end = (seq, reason = 'complete') => ({ type: 'stream_end', turn_id: 't', reason, seq });
const ack = (state = 'accepted', more) => ({ type: 'ack', ref: 'm', turn_id: 't', state, seq: 1, ...more });

function running() {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  return { stage: stage.say(ack(), start(1)), turn };
}

async function read(turn, pieces = []) {
  for await (const delta of turn) pieces.push(delta);
  return pieces;
}

test('a quick reader gets each piece, a late one all in one, and both the same text', async () => {
  const { stage, turn } = running();
  const quick = read(turn);
  for (const [n, delta] of ['Ven', 'us', '.'].entries()) {
    stage.say(chunk(2 + n, delta));
    await settled();
  }
  stage.say(end(5));
  assert.deepEqual(await quick, ['Ven', 'us', '.']);
  assert.deepEqual(await read(turn), ['Venus.']);
});

test('a slow reader gets larger pieces', async () => {
  const { stage, turn } = running();
  const reader = turn[Symbol.asyncIterator]();
  stage.say(chunk(2, 'Ven'));
  assert.equal((await reader.next()).value, 'Ven');
  stage.say(chunk(3, 'us'), chunk(4, ' and'), chunk(5, ' Mars'), end(6));
  assert.equal((await reader.next()).value, 'us and Mars');
  assert.equal((await reader.next()).done, true);
});

test('a reader that leaves early harms nobody', async () => {
  const { stage, turn } = running();
  stage.say(chunk(2, 'Ven'));
  for await (const delta of turn) {
    assert.equal(delta, 'Ven');
    break;
  }
  stage.say(chunk(3, 'us'), end(4));
  assert.equal(await turn.done, 'Venus');
});

test('what is told again is not read again', async () => {
  const { stage, turn } = running();
  const pieces = [];
  const reader = read(turn, pieces);
  stage.say(chunk(2, 'Venus'));
  await settled();
  stage.say(start(3), chunk(4, 'Ven'));
  await settled();
  stage.say(chunk(5, 'us.'), end(6));
  await reader;
  assert.equal(pieces.join(''), 'Venus.');
});

test('an answer that became another one is read from its start', async () => {
  const { stage, turn } = running();
  const pieces = [];
  const reader = read(turn, pieces);
  stage.say(chunk(2, 'Venus'));
  await settled();
  stage.say(start(3), chunk(4, 'Mars'), end(5));
  await reader;
  assert.deepEqual(pieces, ['Venus', 'Mars']);
});

test('a reader is told how a turn failed, after what there was', async () => {
  const { stage, turn } = running();
  const pieces = [];
  const reader = read(turn, pieces);
  stage.say(chunk(2, 'Ve'), { type: 'error', turn_id: 't', code: 'interrupted', content: 'Lost.', retryable: true, seq: 3 });
  await assert.rejects(reader, { name: 'ChatError', code: 'interrupted' });
  assert.deepEqual([pieces, turn.state], [['Ve'], 'interrupted']);
});

test('a stopped answer ends in good order for readers and for done', async () => {
  const { stage, turn } = running();
  stage.say(chunk(2, 'Ve'), end(3, 'stopped'));
  assert.deepEqual([await read(turn), await turn.done, turn.state], [['Ve'], 'Ve', 'stopped']);
});

test('nobody waits for ever for a client that was closed, and after another open the turn goes on', async () => {
  const { stage, turn } = running();
  const reader = read(turn);
  const { done } = turn;
  stage.client.close();
  await assert.rejects(reader, { code: 'closed' });
  await assert.rejects(done, { code: 'closed' });
  stage.client.open();
  stage.resume('e', 3, chunk(2, 'Yes'), end(3));
  assert.deepEqual([await turn.done, turn.state], ['Yes', 'complete']);
});

test('a reader that was busy when its client was closed is told, after what there was', async () => {
  const { stage, turn } = running();
  const reader = turn[Symbol.asyncIterator]();
  stage.say(chunk(2, 'Ve'));
  assert.equal((await reader.next()).value, 'Ve');
  stage.say(chunk(3, 'nus'));
  stage.client.close();
  assert.equal((await reader.next()).value, 'nus');
  await assert.rejects(reader.next(), { code: 'closed' });
});

test('whoever begins to read after the client was opened again knows nothing of that', async () => {
  const { stage, turn } = running();
  stage.client.close();
  stage.client.open();
  const reader = read(turn);
  stage.resume('e', 3, chunk(2, 'Yes'), end(3));
  assert.deepEqual(await reader, ['Yes']);
});

test('failures that nobody looks at do not end the process', async () => {
  const unhandled = [];
  const listen = (error) => unhandled.push(error);
  process.on('unhandledRejection', listen);
  const { stage } = running();
  stage.say({ type: 'error', turn_id: 't', code: 'internal', content: 'Oh.', retryable: true, seq: 2 });
  stage.client.send('Again');
  stage.client.loadOlder();
  stage.client.close();
  await settled();
  await settled();
  process.off('unhandledRejection', listen);
  assert.deepEqual(unhandled, []);
});

test('a message that never left is stopped without a word', async () => {
  const stage = new Stage();
  const turn = stage.client.send('Hi');
  turn.stop();
  turn.stop();
  stage.client.open();
  stage.snapshot('e', 0);
  assert.deepEqual([turn.state, stage.sent('user'), stage.storage.length], ['stopped', [], 0]);
  assert.equal(await turn.done, '');
  assert.equal(stage.events('end').length, 1);
});

test('a signal that is aborted before, or later, stops the turn', () => {
  const stage = connected();
  assert.equal(stage.client.send('Hi', { signal: AbortSignal.abort() }).state, 'stopped');
  const abort = new AbortController();
  stage.client.send('Hi', { id: 'm', signal: abort.signal });
  stage.say(ack());
  abort.abort();
  assert.deepEqual(stage.sent('stop'), [{ type: 'stop', turn_id: 't' }]);
});

test('a signal lets go of turns that have ended', () => {
  const stage = connected();
  const abort = new AbortController();
  stage.client.send('Hi', { id: 'm', signal: abort.signal });
  stage.say(ack());
  assert.equal(getEventListeners(abort.signal, 'abort').length, 1);
  stage.say(end(1));
  assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
});

test('a message that was sent and not acknowledged is stopped by its name', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  turn.stop();
  assert.deepEqual(stage.sent('stop'), [{ type: 'stop', ref: 'm' }]);
  stage.say(ack(), ack(), { type: 'stream_end', turn_id: 't', reason: 'stopped', seq: 1 });
  assert.equal(turn.state, 'stopped');
});

for (const reloaded of [false, true]) {
  test(`after a ${reloaded ? 'reload' : 'loss'} the stop goes before the message that it is to stop`, () => {
    const storage = new MemoryStorage();
    let stage = connected({ storage });
    stage.client.send('Hi', { id: 'm' });
    stage.hangUp();
    stage.client.turns[0].stop();
    if (reloaded) {
      stage = new Stage({ storage });
      stage.client.open();
    } else stage.clock.pass(500);
    stage.snapshot('e', 0);
    assert.deepEqual(stage.sent().slice(1).map((frame) => frame.type), ['stop', 'user']);
    stage.say({ type: 'ack', ref: 'm', state: 'idle', seq: 0 }, ack(), end(1, 'stopped'));
    assert.equal(stage.client.turns[0].state, 'stopped');
  });
}

test('a turn that runs is stopped by its id; the stop is said again after a loss, until it is acknowledged', () => {
  const { stage, turn } = running();
  turn.stop();
  turn.stop();
  assert.deepEqual(stage.sent('stop'), [{ type: 'stop', turn_id: 't' }]);
  stage.hangUp();
  stage.clock.pass(500);
  stage.resume('e', 1);
  assert.deepEqual(stage.sent('stop'), [{ type: 'stop', turn_id: 't' }]);
  stage.say({ type: 'ack', turn_id: 't', state: 'accepted', seq: 1 }).hangUp();
  stage.clock.pass(5_000);
  stage.resume('e', 1);
  assert.deepEqual(stage.sent('stop'), []);
  stage.say(end(2, 'stopped'));
  assert.equal(turn.state, 'stopped');
  turn.stop();
  assert.deepEqual(stage.sent('stop'), []);
});

test('a stop that could not be stored is said again, later and later', () => {
  const { stage, turn } = running();
  const refuse = () => stage.say({ type: 'error', code: 'store_unavailable', content: 'Away.', retryable: true });
  turn.stop();
  refuse();
  refuse();
  stage.clock.pass(999);
  assert.equal(stage.sent('stop').length, 1);
  stage.clock.pass(1);
  assert.equal(stage.sent('stop').length, 2);
  refuse();
  stage.clock.pass(1_499);
  assert.equal(stage.sent('stop').length, 2);
  stage.clock.pass(1);
  assert.equal(stage.sent('stop').length, 3);
});

test('a turn tells that it is being stopped, until it has ended', () => {
  const { stage, turn } = running();
  assert.equal(turn.stopping, false);
  turn.stop();
  assert.deepEqual([turn.stopping, stage.events('change').at(-1).turn], [true, turn]);
  stage.say(end(2, 'stopped'));
  assert.equal(turn.stopping, false);
});

test('a stop that finds nothing ends the turn once all was told', () => {
  const { stage, turn } = running();
  turn.stop();
  stage.say({ type: 'ack', turn_id: 't', state: 'idle', seq: 1 }, { type: 'pong', epoch: 'e', seq: 1, turn: null });
  assert.equal(turn.state, 'stopped');
});

test('a message that was held is dropped by its stop', () => {
  const stage = connected();
  const turn = stage.client.send('Hi', { id: 'm' });
  stage.say({ type: 'queued', ref: 'm', position: 1, reason: 'upstream_down' });
  turn.stop();
  stage.say({ type: 'ack', ref: 'm', state: 'accepted', seq: 0 });
  assert.deepEqual([turn.state, stage.storage.length], ['stopped', 0]);
});

test('times and gaps are those of the frames that came live', () => {
  const { stage, turn } = running();
  stage.clock.pass(100);
  stage.say(chunk(2, 'a'));
  for (const [n, ms] of [10, 20, 30].entries()) {
    stage.clock.pass(ms);
    stage.say(chunk(3 + n, 'b'));
  }
  stage.hangUp();
  stage.clock.pass(500);
  stage.resume('e', 6, chunk(6, 'cc')).say(chunk(7, 'd'));
  stage.clock.pass(40);
  stage.say(chunk(8, 'e'), end(9));
  stage.clock.pass(1_000);
  assert.deepEqual(turn.stats, {
    firstDeltaMs: 100, durationMs: 700, frames: 6, chars: 8, reconnects: 1, server: undefined,
    gapMs: { p50: 20, p95: 40, max: 40 },
  });
});

test('an answer whose end is told later has no duration of its own', () => {
  const { stage, turn } = running();
  stage.clock.pass(100);
  stage.say(chunk(2, 'a')).hangUp();
  stage.clock.pass(15_000);
  const stats = { duration_ms: 250, chunks: 1, bytes: 1 };
  stage.resume('e', 3, { ...end(3), stats });
  const { firstDeltaMs, durationMs, server } = turn.stats;
  assert.deepEqual([firstDeltaMs, durationMs, server], [100, undefined, stats]);
});

test('a turn that was found running has no times, and one frame has no gaps', () => {
  const stage = new Stage();
  stage.client.open();
  stage.snapshot('e', 3, { messages: [{ role: 'user', content: 'Q', turn_id: 't', state: 'running' }] }).say(chunk(4, 'a'));
  const { firstDeltaMs, durationMs, gapMs, frames } = stage.client.turns[0].stats;
  assert.deepEqual([firstDeltaMs, durationMs, gapMs, frames], [undefined, undefined, undefined, 1]);
});
