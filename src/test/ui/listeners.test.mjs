// What listeners may do in the midst of things, and what must not come of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connected, Stage } from './fakes.mjs';

const tooLarge = { type: 'error', code: 'message_too_large', content: 'Large.', retryable: false };

/** Closes the client as soon as it says that. */
function closing(stage, type, when = () => true) {
  stage.client.addEventListener(type, (event) => when(event) && stage.client.close(), { once: when.length === 0 });
  return stage;
}

function isClosedForGood(stage) {
  assert.equal(stage.clock.pending, 0);
  stage.clock.pass(3_600_000);
  assert.deepEqual([stage.client.state, stage.sockets.length], ['closed', 1]);
}

for (const [name, happen] of [
  ['1009', (stage) => stage.hangUp(1009)],
  ['the error that comes before 1009', (stage) => stage.say(tooLarge)],
]) {
  test(`who closes when the last message has failed by ${name} is not connected again`, () => {
    const stage = connected();
    stage.client.send('large');
    closing(stage, 'end');
    happen(stage);
    assert.equal(stage.client.turns[0].error.code, 'message_too_large');
    isClosedForGood(stage);
  });
}

test('who gives another key when a message was too large keeps the connection that comes of it', () => {
  const stage = connected();
  stage.client.send('large');
  stage.client.addEventListener('end', () => stage.client.setToken('sk-nova-two'));
  stage.say(tooLarge);
  stage.resume('e', 0);
  stage.clock.pass(20_000);
  assert.deepEqual([stage.client.state, stage.sent('hello')[0].token], ['open', 'sk-nova-two']);
});

for (const [name, act] of [
  ['a ping', (stage) => stage.client.wake()],
  ['the wish for older turns', (stage) => stage.client.loadOlder()],
  ['a message', (stage) => stage.client.send('Hi')],
]) {
  test(`who closes when ${name} goes out leaves no timer and no connection`, () => {
    const stage = connected();
    closing(stage, 'frame');
    act(stage);
    isClosedForGood(stage);
  });
}

test('who closes while it is asked what became of a turn leaves no timer', () => {
  const stage = connected();
  stage.say({ type: 'user', turn_id: 't', content: 'Hi', seq: 1 });
  closing(stage, 'frame', (event) => event.direction === 'out');
  stage.say({ type: 'ack', turn_id: 't', state: 'idle', seq: 1 });
  isClosedForGood(stage);
});

test('a button that is pressed again and again does not keep a dead connection alive', () => {
  const stage = connected();
  for (let n = 0; n < 3; n++) {
    stage.client.wake();
    stage.clock.pass(2_000);
  }
  assert.equal(stage.sockets.length, 2);
});

test('a turn that is stopped while the others hear of its end leaves no stop behind', () => {
  const stage = connected();
  for (const [n, id] of ['a', 'b'].entries()) stage.say({ type: 'queued', turn_id: id, position: n + 1, reason: 'busy', seq: n + 1 });
  const [first] = stage.client.turns;
  stage.client.addEventListener('change', () => first.stop());
  stage.say({ type: 'stream_end', turn_id: 'a', reason: 'stopped', seq: 3 });
  assert.deepEqual([first.state, stage.sent('stop')], ['stopped', []]);
});
