// A turn on the page: two articles, one of who asks and one of who answers.
import { Answer } from './answer.js';
import { el, setText } from './dom.js';
import { paintSoon } from './paint.js';
import { Question } from './question.js';
import { words } from './words.js';

let count = 0;

export class Message {
  #turn;
  #name = el('h2', { class: 'unseen' });
  #question;
  #answer;
  #paint = () => this.#draw();

  constructor(turn, context) {
    this.#turn = turn;
    this.#question = new Question(turn, context);
    this.#answer = new Answer(turn, context);
    label(this.#question.article, el('h2', { class: 'unseen' }, words.you));
    label(this.#answer.article, this.#name);
    this.rename(context.name);
    this.#mark();
    paintSoon(this.#paint);
  }

  get articles() {
    return [this.#question.article, this.#answer.article];
  }

  /** The answer, as it is read out. */
  get spoken() {
    return this.#answer.spoken;
  }

  /** Draws what has changed, soon. */
  refresh() {
    paintSoon(this.#paint);
  }

  rewrite() {
    this.#answer.doubt();
    this.refresh();
  }

  rename(name) {
    setText(this.#name, name);
  }

  remove() {
    this.#question.article.remove();
    this.#answer.remove();
  }

  #draw() {
    this.#mark();
    this.#question.paint();
    this.#answer.paint();
  }

  #mark() {
    const { id, state } = this.#turn;
    for (const { dataset } of this.articles) {
      if (dataset.state !== state) dataset.state = state;
      if (id && dataset.turn !== id) dataset.turn = id;
    }
  }
}

function label(article, heading) {
  heading.id = `title-${++count}`;
  article.setAttribute('aria-labelledby', heading.id);
  article.prepend(heading);
}
