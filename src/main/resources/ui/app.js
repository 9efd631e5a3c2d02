// The plain chat page: one conversation over the five frames that every client understands.
// Frames come in, one room each: connection, frames, log, key, composer. All text enters the page as text nodes.

const FIRST_DELAY_MS = 500, LONGEST_DELAY_MS = 20_000; // full jitter between 0 and the doubled first delay
const LONG_DELAY_MS = 5_000; // floor, where the server has said that it has no room, and in a hidden tab
const STEADY_MS = 5_000; // a connection this old starts the back-off anew; one that dies sooner does not
const SETTLE_MS = 20_000; // from dialling to the first `system`: 10 s to authenticate, 5 s to validate, and the way there
const KEY_HINT_MS = 2_000; // a server that wants a key stays silent for 10 s before it says so; offer the field sooner

const STOPS = {
  1002: 'The server and this page do not speak the same protocol.',
  1003: 'The server does not take this kind of data.',
  1007: 'The server received text that it could not read.',
  4003: 'The server does not allow this page to connect.',
  4400: 'The server and this page do not speak the same protocol.',
};
const NO_ROOM = new Set([1013, 4008, 4029]);
const ABOUT_THE_KEY = new Set(['token_expired', 'auth_unavailable']);

const $ = (id) => document.getElementById(id);
const [scroller, log, composer, message, keyForm, keyField] = ['scroller', 'log', 'composer', 'message', 'key', 'key-field'].map($);

// ---- what this tab remembers; storage may be forbidden, then it remembers until it is reloaded

function recall(name) {
  try { return sessionStorage.getItem(`nova.${name}`) ?? ''; } catch { return ''; }
}
function remember(name, value) {
  try { sessionStorage.setItem(`nova.${name}`, value); } catch { /* see above */ }
  return value;
}

let session = recall('session'), key = recall('key');

// ---- connection

let socket = null, ready = false, attempt = 0; // ready: the server's first `system` is here
let timer, hintTimer, steadyTimer;

function connect() {
  hangUp();
  show('connecting', 'Connecting');
  const url = new URL('ws/chat', document.baseURI);
  url.protocol = url.protocol.replace('http', 'ws');
  if (session) url.searchParams.set('session_id', session);
  socket = new WebSocket(url);
  socket.onopen = () => {
    if (key) transmit({ type: 'auth', token: key });
    else hintTimer = setTimeout(() => openKey('No answer yet. If this server asks for a key, enter it here.'), KEY_HINT_MS);
  };
  socket.onmessage = ({ data }) => { const frame = JSON.parse(data); frames[frame.type]?.(frame); };
  socket.onclose = ({ code, reason }) => down(code, reason);
  timer = setTimeout(() => down(1006), SETTLE_MS);
}

function hangUp() {
  for (const t of [timer, hintTimer, steadyTimer]) clearTimeout(t);
  if (socket) { socket.onopen = socket.onmessage = socket.onclose = null; socket.close(); }
  socket = null;
  ready = false;
}

function down(code, reason = '') {
  hangUp();
  if (code === 1009) note(asked.pop(), 'Too large for this server, so it was not taken.');
  interrupt();
  if (code === 4001 || code === 4012) return wantKey(code);
  if (STOPS[code]) { notify([STOPS[code], reason].filter(Boolean).join(' ')); return show('stopped', 'Stopped'); }
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt++);
  const floor = NO_ROOM.has(code) || document.hidden ? LONG_DELAY_MS * (1 + 2 * Math.random()) : 0;
  wait(Math.max(floor, ceiling * Math.random()));
}

function wait(ms) {
  const until = performance.now() + ms;
  (function tick() {
    const left = until - performance.now();
    if (left <= 0) return connect();
    show('waiting', `${navigator.onLine ? 'Waiting' : 'Offline, waiting'} ${Math.ceil(left / 1000)} s`);
    timer = setTimeout(tick, Math.min(left, 1000));
  })();
}

function show(conn, words) {
  const root = document.documentElement.dataset;
  if (root.conn !== conn) announce({ open: 'Connected.', waiting: 'Connection lost. Trying again.', stopped: 'Stopped.' }[conn], 1000);
  root.conn = conn;
  $('state').textContent = words;
  $('retry').hidden = conn !== 'waiting' && conn !== 'stopped';
}

const connected = () => ready && socket.readyState === WebSocket.OPEN; // a closing socket drops what it is given in silence
const transmit = (frame) => socket.send(JSON.stringify(frame));
const wake = () => { if (document.documentElement.dataset.conn === 'waiting' && !document.hidden) connect(); };
addEventListener('online', wake);
addEventListener('visibilitychange', wake);
$('retry').onclick = connect;

// ---- frames

const frames = {
  __proto__: null,

  system({ session_id }) {
    if (session && session !== session_id) leave();
    session = remember('session', session_id);
    if (ready) return; // a later one only names another session
    ready = true;
    for (const t of [timer, hintTimer]) clearTimeout(t);
    steadyTimer = setTimeout(() => { attempt = 0; }, STEADY_MS);
    closeKey();
    show('open', 'Connected');
    for (const el of outbox.splice(0)) post(el);
  },

  queued({ position }) {
    const el = asked.at(-1);
    if (!el) return;
    el.dataset.taken = 'true';
    note(el, `Waiting: position ${position}`);
  },

  stream_chunk({ delta }) {
    live ??= rejoin(delta) ?? begin();
    live.text += delta;
    live.unpainted += delta;
    painting ||= requestAnimationFrame(paint);
  },

  stream_end() {
    if (!live && asked.length === 0) return; // the end of something that began before this page was here
    live ??= begin();
    const { el, text } = finish('done');
    if (!text) note(el, 'The answer is empty.');
    announce(text.length <= 1000 ? text || 'The answer is empty.' : `Answer complete, ${text.split(/\s+/).length} words.`);
  },

  // With a turn_id it ends that turn; without, it refuses the latest message, or is about the connection: then the close
  // that follows says what happens next.
  error({ content, code, turn_id }) {
    if (!ready || (!turn_id && ABOUT_THE_KEY.has(code))) return notify(content);
    const about = turn_id ? finish('failed')?.el ?? note(take()) ?? lost?.el : note(asked.pop());
    article('error', content, about);
  },
};

// ---- log: messages in flight, and the answer that is being written

let outbox = [], asked = []; // not sent yet; sent, and not answered yet, in order
let live = null, lost = null; // the answer that grows; the one that a lost connection has cut
let painting = 0, pinned = true, lastTop = 0;

function post(el) {
  transmit({ type: 'user', content: el.content });
  asked.push(el);
  delete el.dataset.taken;
  delete el.dataset.doubt;
  note(el, 'Waiting for the answer');
}

function begin() {
  const el = article('assistant', '', note(take()));
  el.dataset.state = 'streaming';
  el.setAttribute('aria-busy', 'true');
  announce('Nova is answering.');
  return { el, text: '', unpainted: '' };
}

// Whoever joins while an answer runs gets it again from its start. So it takes the place of the half that is here, if it
// begins alike; if not, that answer ended while nobody listened, and this is another one. Frames carry no name to go by.
function rejoin(delta) {
  const half = lost;
  lost = null;
  if (!half || !(delta.startsWith(half.text) || half.text.startsWith(delta))) return null;
  note(half.el).dataset.state = 'streaming';
  return { el: half.el, text: '', unpainted: '', replaces: true };
}

function finish(state) {
  if (!live) return null;
  paint();
  const ended = live;
  ended.el.dataset.state = state;
  ended.el.removeAttribute('aria-busy');
  live = null;
  return ended;
}

function interrupt() {
  lost = finish('cut') ?? lost;
  if (lost) note(lost.el, 'Cut off here: the connection was lost.');
  asked.filter((sent) => !sent.dataset.taken).forEach(doubt);
}

// Sending again is for the reader to decide: nothing on the wire tells a message that was lost from one that is at work.
function doubt(el) {
  el.dataset.doubt = 'true';
  note(el, 'The connection was lost: this may not have arrived.', 'Send again', () => {
    asked = asked.filter((sent) => sent !== el);
    dispatch(el);
  });
}

// The server has put us into another session than the one we asked for.
function leave() {
  finish('cut');
  lost = null;
  asked.splice(0).forEach(doubt);
  if (log.children.length > 1) log.append(make('p', 'line', 'A new conversation begins here.'));
}

// Answers come in the order of the questions. One that may never have arrived gives way to one that did.
function take() {
  const el = asked.find((sent) => !sent.dataset.doubt) ?? asked[0];
  asked = asked.filter((sent) => sent !== el);
  return el;
}

function paint() {
  cancelAnimationFrame(painting);
  painting = 0;
  if (!live) return;
  const body = live.el.querySelector('.text');
  if (live.replaces) body.replaceChildren();
  body.append(live.unpainted);
  live.replaces = false;
  live.unpainted = '';
  follow();
}

function article(role, text, after = null) {
  const el = make('article', 'message', '');
  const body = make('div', 'text', text);
  el.dataset.role = role;
  el.setAttribute('aria-label', { user: 'You', assistant: 'Nova', error: 'Error' }[role]);
  body.dir = 'auto';
  if (role === 'error') body.role = 'alert';
  el.append(body);
  if (after) after.after(el); else log.append(el);
  follow();
  return el;
}

// One sentence under a message, with something to do about it if there is anything; no words take it away.
function note(el, words, action, onclick) {
  el?.querySelector('.note')?.remove();
  if (!el || !words) return el;
  const p = make('p', 'note', words);
  if (action) p.append(' ', Object.assign(make('button', 'link', action), { type: 'button', onclick }));
  el.append(p);
  follow();
  return el;
}

function make(tag, className, text) {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

function follow() {
  if (pinned) scroller.scrollTop = scroller.scrollHeight;
  $('latest').hidden = pinned;
}

// Moving up lets go of the end, unless the page itself got shorter, which leaves us exactly there.
scroller.addEventListener('scroll', () => {
  const { scrollTop, scrollHeight, clientHeight } = scroller;
  const left = scrollHeight - clientHeight - scrollTop;
  pinned = scrollTop < lastTop ? left < 2 : pinned || left < 48;
  lastTop = scrollTop;
  $('latest').hidden = pinned;
}, { passive: true });
new ResizeObserver(follow).observe(scroller);
$('latest').onclick = () => { pinned = true; follow(); message.focus(); };

let announcing;
function announce(words, delayMs = 0) { // the delay lets a connection that is back at once go by unmentioned
  if (!words) return;
  clearTimeout(announcing);
  announcing = setTimeout(() => { $('announcer').textContent = words; }, delayMs);
}

function notify(words) {
  $('notice').textContent = words;
  $('notice').hidden = !words;
}

// ---- key

function openKey(words = '') {
  notify(words);
  keyForm.hidden = false;
  $('key-toggle').setAttribute('aria-expanded', 'true');
  $('key-forget').hidden = !key;
  if (!message.value) keyField.focus(); // whoever is typing a message goes on typing it
}

function closeKey() {
  notify('');
  keyForm.hidden = true;
  $('key-toggle').setAttribute('aria-expanded', 'false');
}

function wantKey(code) {
  const words = code === 4012 ? 'The key has expired or was revoked.' : key ? 'The server did not accept this key.' : 'This server asks for a key.';
  key = remember('key', '');
  show('key', 'Key needed');
  openKey(words);
}

keyForm.onsubmit = (event) => {
  event.preventDefault();
  const first = !key && socket?.readyState === WebSocket.OPEN && !ready; // the server may still be waiting for one
  key = remember('key', keyField.value.trim());
  keyField.value = '';
  closeKey();
  clearTimeout(hintTimer);
  if (first) transmit({ type: 'auth', token: key }); else { interrupt(); connect(); }
  message.focus();
};
$('key-forget').onclick = () => { key = remember('key', ''); closeKey(); interrupt(); connect(); };
$('key-toggle').onclick = () => { if (keyForm.hidden) openKey(); else closeKey(); };

// ---- composer

function dispatch(el) {
  if (connected()) {
    lost = null; // had that answer still been running, we would have it by now
    return post(el);
  }
  outbox.push(el);
  note(el, 'Will be sent once connected.');
}

composer.onsubmit = (event) => {
  event.preventDefault();
  const content = message.value;
  if (/^\p{White_Space}*$/u.test(content)) return;
  message.value = '';
  fit();
  pinned = true;
  dispatch(Object.assign(article('user', content), { content }));
  message.focus();
};

// Phones have no Shift+Enter: there, Enter is a new line and the button sends.
const onPhone = matchMedia('(pointer: coarse)').matches;
message.onkeydown = (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229 || onPhone) return;
  event.preventDefault();
  composer.requestSubmit();
};

function fit() {
  if (CSS.supports('field-sizing', 'content')) return;
  message.style.height = 'auto';
  message.style.height = `${message.scrollHeight + 2}px`; // the two pixels are its borders
}
message.oninput = fit;

// What was not sent goes back to the composer, never out by itself: nobody may remember having written it.
const unsent = () => [...asked.filter((el) => el.dataset.doubt), ...outbox].map((el) => el.content).concat(message.value || []).join('\n\n');
addEventListener('pagehide', () => remember('draft', unsent()));
addEventListener('visibilitychange', () => document.hidden && remember('draft', unsent()));

$('new').onclick = () => {
  message.value = unsent();
  session = remember('session', '');
  [outbox, asked, live, lost, pinned] = [[], [], null, null, true];
  log.replaceChildren($('welcome'));
  fit();
  connect();
  message.focus();
};

message.value = recall('draft');
fit();
if (onPhone) $('welcome-hint').hidden = true; else message.focus();
if (session) log.append(make('p', 'line', 'The conversation goes on. What was said before is not shown here.'));
connect();
