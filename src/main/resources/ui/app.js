// Starts the page: makes its parts, and tells them which conversation is shown.
import { Announcer } from './announce.js';
import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { Conversations } from './conversations.js';
import { setUpDialogs } from './dialogs.js';
import { $ } from './dom.js';
import { Drawer } from './drawer.js';
import { exportConversation } from './export.js';
import { Inspector } from './inspector.js';
import { Key } from './key.js';
import { Notice } from './notice.js';
import { Shelf } from './shelf.js';
import { setUpShortcuts } from './shortcuts.js';
import { Sidebar } from './sidebar.js';
import { Transcript } from './transcript.js';
import { Welcome } from './welcome.js';

const announcer = new Announcer($('announcer'));
const notice = new Notice($('notice'));
const shelf = new Shelf();
const key = new Key(notice);
const conversations = new Conversations(shelf, key.value);
const sidebar = new Sidebar($('conversations'), shelf, conversations);
const drawer = new Drawer();
const connection = new Connection(notice, announcer);
const composer = new Composer();
const welcome = new Welcome((question) => composer.send(question));
const transcript = new Transcript({
  scroller: $('scroller'), log: $('log'), older: $('older'), jump: $('jump'), announcer, notice,
});
const inspector = new Inspector($('inspector'), $('inspector-toggle'), announcer);

function create() {
  conversations.create();
  drawer.set(false);
  composer.focus();
}

setUpDialogs(() => composer.focus());
setUpShortcuts({ stop: () => composer.stop(), create });
$('new-chat').onclick = create;
$('skip').onclick = (event) => { event.preventDefault(); $('message').focus(); }; // the address is the conversation's
$('export').onclick = () => exportConversation($('export'), conversations.client, shelf.find(conversations.client.sessionId)?.title);

conversations.addEventListener('address', () => sidebar.draw());
conversations.addEventListener('open', () => {
  const { client, signal, isListed } = conversations;
  drawer.set(false);
  sidebar.draw();
  connection.show(client, signal);
  key.show(conversations);
  welcome.show(client, !isListed && !location.hash, signal);
  transcript.show(client);
  inspector.show(client);
  composer.show(client, signal);
});
conversations.start();
