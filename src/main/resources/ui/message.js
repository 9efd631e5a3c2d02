// A turn on the page: two articles, of the one who asks and of the one who answers, each drawn once and then kept.
import { drawAnswer } from './answer.js';
import { el, setText } from './dom.js';
import { paintSoon } from './paint.js';
import { drawQuestion } from './question.js';
import { words } from './words.js';

let headings = 0;

export function drawMessage(turn, context) {
  const question = drawQuestion(turn, context);
  const answer = drawAnswer(turn, context);
  const articles = [question.article, answer.article];
  title(question.article, words.you);
  const name = title(answer.article, '');
  const refresh = () => paintSoon(paint);
  let listener = null; // to the end
  let isGone = false; // and with it whatever it would hold on to: timers, colours
  mark();
  refresh();
  return {
    articles,
    refresh,
    rename: (text) => setText(name, text),
    rewrite() {
      answer.rewrite();
      refresh();
    },
    /** Calls it once the whole answer is drawn, with the text as it is read out. */
    end(then) {
      listener = then;
      refresh();
    },
    remove() {
      isGone = true;
      question.article.remove();
      answer.remove();
    },
  };

  function paint() {
    if (isGone) return;
    mark();
    question.paint();
    if (answer.paint()) return true;
    listener?.(answer.spoken);
    listener = null;
    return false;
  }

  function mark() {
    for (const { dataset } of articles) {
      dataset.state = turn.state;
      if (turn.id) dataset.turn = turn.id;
    }
  }
}

function title(article, text) {
  const heading = el('h2', { id: `title-${++headings}`, class: 'unseen' }, text);
  article.setAttribute('aria-labelledby', heading.id);
  article.prepend(heading);
  return heading;
}
