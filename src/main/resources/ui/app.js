// Starts the page: makes its parts, and tells them which conversation is shown.
import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { Conversations } from './conversations.js';
import { setUpDialogs } from './dialogs.js';
import { $ } from './byid.js';
import { Drawer } from './drawer.js';
import { Key } from './key.js';
import { Notice } from './notice.js';
import { Shelf } from './shelf.js';
import { setUpShortcuts } from './shortcuts.js';
import { Sidebar } from './sidebar.js';
import { Welcome } from './welcome.js';

const shelf = new Shelf();
const notice = new Notice($('notice'));
const key = new Key(notice);
const conversations = new Conversations(shelf, key.value);
const sidebar = new Sidebar($('conversations'), shelf, conversations);
const drawer = new Drawer();
const connection = new Connection(notice);
const composer = new Composer();
const welcome = new Welcome((question) => { composer.send(question); composer.focus(); });

function create() {
  conversations.create();
}

setUpDialogs();
setUpShortcuts({ stop: () => composer.stop(), create });
$('new-chat').onclick = create;
document.addEventListener('close', () => composer.focus(), true); // of any dialog; it does not bubble

conversations.addEventListener('open', ({ detail: signal }) => {
  const { client, isListed } = conversations;
  drawer.set(false);
  sidebar.draw();
  connection.show(client, signal);
  key.show(conversations, signal);
  welcome.show(client, !isListed && !location.hash, signal);
  composer.show(client, isListed, signal);
});
conversations.start();
