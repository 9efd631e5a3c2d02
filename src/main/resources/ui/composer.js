// Where a message is written: sent by Enter, kept as a draft, stopped by the button beside it.
import { $, hide, isComposing, isTouch, setText } from './dom.js';
import { tab } from './store.js';
import { words } from './words-shell.js';

const FRAME_BYTES = 300; // what is around a message on its way: type, id, session
const isActive = (turn) => ['unsent', 'waiting', 'running'].includes(turn.state);
const kilobytes = (bytes) => Math.ceil(bytes / 1024);

export class Composer {
  #field = $('message');
  #client;
  #draftName;

  constructor() {
    $('composer').onsubmit = (event) => { event.preventDefault(); this.#submit(); };
    $('stop').onclick = ({ detail }) => { // the second half of a double click would stop the next one
      if (detail < 2) this.stop();
      this.focus();
    };
    this.#field.oninput = () => this.#change();
    this.#field.onkeydown = (event) => this.#press(event);
  }

  show(client, signal) {
    this.#client = client;
    this.#field.enterKeyHint = isTouch() ? 'enter' : 'send';
    this.#draftName = this.#nameOfDraft();
    this.#field.value = tab.get(this.#draftName) ?? '';
    for (const type of ['turn', 'turns']) client.addEventListener(type, () => this.#change(), { signal });
    for (const type of ['change', 'end', 'session']) client.addEventListener(type, () => this.#draw(), { signal });
    this.#change();
    this.focus();
  }

  /** Not on phones, where it would bring up the keyboard. */
  focus() {
    if (!isTouch()) this.#field.focus({ preventScroll: true });
  }

  send(content) {
    this.#client.send(content);
  }

  /** The answer that runs, else what waits last; false if there is neither. */
  stop() {
    const active = this.#client.turns.filter(isActive);
    const turn = active.find(({ state }) => state === 'running') ?? active.at(-1);
    turn?.stop();
    return !!turn;
  }

  get #isBlank() {
    return /^\p{White_Space}*$/u.test(this.#field.value);
  }

  #submit() {
    if (!this.#isBlank && !this.#excess()) {
      this.send(this.#field.value);
      this.#field.value = '';
      this.#change();
    }
    this.#field.focus();
  }

  #press(event) {
    if (isComposing(event)) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || !(event.shiftKey || isTouch()))) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === 'ArrowUp' && !this.#field.value && this.#client.turns.length) {
      event.preventDefault();
      this.#field.value = this.#client.turns.at(-1).question;
      this.#change();
    }
  }

  /** Drafts of conversations that have not begun, and so have no address, are one. */
  #nameOfDraft() {
    return `draft.${location.hash ? this.#client.sessionId : 'new'}`;
  }

  #change() {
    tab.remove(this.#draftName); // it may have another name now
    this.#draftName = this.#nameOfDraft();
    if (this.#field.value) tab.set(this.#draftName, this.#field.value);
    if (!CSS.supports('field-sizing', 'content')) this.#fit();
    this.#draw();
  }

  #fit() {
    this.#field.style.height = 'auto';
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }

  #draw() {
    const isBusy = !!this.#client.turns.findLast(isActive);
    const excess = this.#excess();
    document.documentElement.dataset.turn = isBusy ? 'busy' : 'idle';
    hide($('stop'), !isBusy);
    $('send').ariaDisabled = String(this.#isBlank || !!excess);
    this.#field.ariaInvalid = String(!!excess);
    const hint = isBusy && !this.#isBlank ? words.composer.queued : isTouch() ? '' : words.composer.enter;
    setText($('hint'), excess || hint);
  }

  // In bytes, as JSON: what the server counts.
  #excess() {
    const may = this.#client.limits?.max_message_bytes;
    const text = this.#field.value;
    if (!may || text.length * 6 + FRAME_BYTES <= may) return ''; // no character takes more than six
    const has = new TextEncoder().encode(JSON.stringify(text)).length + FRAME_BYTES;
    return has > may ? words.composer.tooLong(kilobytes(has), kilobytes(may)) : '';
  }
}
