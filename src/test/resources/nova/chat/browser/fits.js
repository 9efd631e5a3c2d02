// Evaluates to a function that names all that one sees and that does not fit: what has more in it than it is wide, and what
// leaves the screen: at the sides, or where nothing scrolls also above and below.
() => {
  const scrolls = 'pre, .table, textarea, input'; // sideways, and is meant to
  const isCut = 'h1, #conversations a, .frames strong'; // with an ellipsis
  const hasRoom = '#log, article, .body, footer, #inspector header'; // beside it, and buttons without an edge and focus rings reach into that
  const isAway = '#skip:not(:focus), .unseen';
  const all = [...document.body.querySelectorAll('*')]
    .filter((each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((each) => !each.closest(isAway) && !each.parentElement.closest(`svg, ${scrolls}, ${isCut}`));
  const name = ({ localName, id, className }) => [localName, id && `#${id}`, className && `.${className}`].join('');
  const hasScroller = (each) => each !== document.body
    && (/auto|scroll/.test(getComputedStyle(each.parentElement).overflowY) || hasScroller(each.parentElement));
  const full = all
    .filter((each) => each.clientWidth && each.scrollWidth > each.clientWidth + 1 && !each.matches(`${scrolls}, ${isCut}, ${hasRoom}`))
    .map((each) => `${name(each)} is ${each.clientWidth} wide and holds ${each.scrollWidth}`);
  const outside = all.map((each) => [each, each.getBoundingClientRect()])
    .filter(([each, { left, right, top, bottom }]) => left < -1 || right > innerWidth + 1
      || (!hasScroller(each) && (top < -1 || bottom > innerHeight + 1)))
    .map(([each, { left, right, top, bottom }]) => `${name(each)} leaves the screen: ${[left, right, top, bottom]}`);
  return [...full, ...outside];
}
