// Where the reader is: at the end, and the page follows; or further up, and nothing moves under the eyes.
import { hide, setText } from './dom.js';
import { afterPaint } from './paint.js';
import { words } from './words.js';

const NEAR_PX = 48; // this close to the end, two lines, is at the end

export class Scroll {
  #scroller;
  #log;
  #jump;
  #pinned = true;
  #topPx = 0; // as we wrote it, or last saw it: an event at this very place is our own
  #anchor = { element: null, topPx: 0 }; // what stays where it is, if the end does not
  #seen = { last: null, heightPx: 0 }; // how far the conversation went when the reader left its end

  constructor({ scroller, log, jump }) {
    this.#scroller = scroller;
    this.#log = log;
    this.#jump = jump;
    scroller.addEventListener('scroll', () => this.#moved(), { passive: true });
    jump.addEventListener('click', () => {
      this.pin();
      scroller.focus({ preventScroll: true }); // the button goes; the focus must not go with it
    });
    const growth = new ResizeObserver(() => this.#settle()); // what grows late: fonts, an opened part, the window
    growth.observe(log);
    growth.observe(scroller);
    afterPaint(() => this.#settle());
  }

  /** Goes to the end, and stays there. */
  pin() {
    this.#pinned = true;
    this.#settle();
  }

  /** Something was unfolded, or folded: leaves the end if that is out of sight now, and else is there again. */
  stay() {
    if (this.#endPx() - this.#scroller.scrollTop > NEAR_PX) this.#unpin();
    else this.#pinned = true;
    this.#drop();
  }

  #moved() {
    const { scrollTop } = this.#scroller;
    if (Math.abs(scrollTop - this.#topPx) < 1) return;
    const endPx = this.#endPx();
    if (scrollTop > this.#topPx) this.#pinned ||= endPx - scrollTop <= NEAR_PX;
    else if (this.#topPx < endPx + 1) this.#unpin(); // it could have stayed, so a person has moved it
    this.#topPx = scrollTop;
    this.#drop();
    this.#showJump();
  }

  #unpin() {
    if (!this.#pinned) return;
    this.#pinned = false;
    const last = this.#log.lastElementChild;
    this.#seen = { last, heightPx: last?.offsetHeight ?? 0 };
  }

  /** Drops the anchor at the first message in sight, or what is in sight of it: what is above may get its height only now. */
  #drop() {
    const edgePx = this.#scroller.getBoundingClientRect().top;
    const first = (elements) => [...elements].find((each) => each.getBoundingClientRect().bottom > edgePx);
    const message = first(this.#log.children);
    if (!message) return;
    const element = first(message.querySelectorAll('.group, footer')) ?? message;
    this.#anchor = { element, topPx: element.getBoundingClientRect().top - edgePx };
  }

  #settle() {
    const scroller = this.#scroller;
    const topPx = this.#pinned ? this.#endPx() : scroller.scrollTop + this.#drift();
    if (Math.abs(topPx - scroller.scrollTop) >= 1) scroller.scrollTop = topPx;
    this.#topPx = scroller.scrollTop;
    this.#showJump();
  }

  #drift() {
    const { element, topPx } = this.#anchor;
    if (!element?.isConnected) return 0;
    return element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top - topPx;
  }

  #endPx() {
    return this.#scroller.scrollHeight - this.#scroller.clientHeight;
  }

  #showJump() {
    hide(this.#jump, this.#pinned || this.#endPx() - this.#topPx <= NEAR_PX, this.#scroller);
    if (!this.#jump.hidden) setText(this.#jump, words.jump(...this.#news()));
  }

  /** @returns {[number, number]} messages and lines that came since the reader left the end */
  #news() {
    const { last, heightPx } = this.#seen;
    let messages = 0;
    for (let each = this.#log.lastElementChild; each && each !== last; each = each.previousElementSibling) {
      if (!each.hidden) messages++;
    }
    const linePx = parseFloat(getComputedStyle(this.#log).lineHeight) || 24;
    return [messages, last ? Math.round((last.offsetHeight - heightPx) / linePx) : 0];
  }
}
