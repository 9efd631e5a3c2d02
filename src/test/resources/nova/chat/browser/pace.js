// Evaluates to a function that draws a text as it would arrive within some seconds, at most once a frame, and measures what
// drawing costs. `make` gives what draws: { write(text), paint() }.
async ({ text, overMs, make }) => {
  const scroller = document.querySelector('#scroller');
  const root = document.querySelector('#log').appendChild(document.createElement('div'));
  root.className = 'body';
  const drawing = make(root);
  const longTasks = [];
  const observer = new PerformanceObserver(list => longTasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: 'longtask' });
  const paintMs = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < text.length;) {
    await new Promise(requestAnimationFrame);
    const due = Math.min(text.length, Math.ceil((performance.now() - startedAt) / overMs * text.length));
    drawing.write(text.slice(sent, due));
    sent = due;
    const before = performance.now();
    drawing.paint();
    paintMs.push(performance.now() - before);
    scroller.scrollTop = scroller.scrollHeight;
  }
  await new Promise(done => setTimeout(done, 200));
  observer.disconnect();
  const plain = root.querySelector('.plain') !== null;
  root.remove();
  return {
    plain,
    paints: paintMs.length,
    longPaints: paintMs.filter(ms => ms > 50).length,
    longTasks: longTasks.length,
    totalMs: Math.round(paintMs.reduce((sum, ms) => sum + ms, 0)),
  };
}
