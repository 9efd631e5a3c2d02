// Evaluates to a function that puts what the tests of Markdown need into the page, given the source of outline.js.
async outline => {
  const { MarkdownStream, renderMarkdown } = await import('/markdown/stream.js');

  /** Draws a text that arrives in pieces of these lengths, in turn; returns what `look` sees in the end. */
  function draw(text, sizes, look) {
    const root = document.body.appendChild(document.createElement('div'));
    const stream = new MarkdownStream(root);
    for (let at = 0, piece = 0; at < text.length; piece++) {
      const size = sizes[piece % sizes.length];
      stream.write(text.slice(at, at + size));
      stream.paint();
      at += size;
    }
    stream.end();
    try {
      return look(root);
    } finally {
      root.remove();
    }
  }

  function once(text, look) {
    const root = document.body.appendChild(document.createElement('div'));
    renderMarkdown(root, text);
    try {
      return look(root);
    } finally {
      root.remove();
    }
  }

  const seen = root => (root.querySelector('.plain') ? 'PLAIN ' : '') + outline(root);

  window.markdown = {
    MarkdownStream,
    renderMarkdown,
    draw,
    once,
    outline: text => once(text, seen),
    outlines: (text, sizes) => draw(text, sizes, seen),
  };
}
