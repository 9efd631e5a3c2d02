// Evaluates to a function that puts what the tests of Markdown need into the page, given the sources of outline.js and
// until.js.
async (outline, until) => {
  const { MarkdownStream, renderMarkdown } = await import('/markdown/stream.js');
  const { forget } = await import('/highlight.js');

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

  /** The coloured words of a text in the middle of the page, as `colour word`; what follows the text shows when to look. */
  async function coloured(text) {
    const root = document.querySelector('#log').appendChild(document.createElement('div'));
    renderMarkdown(root, `${text}\n\n\`\`\`js\nreturn\n\`\`\``);
    const [code, last] = root.querySelectorAll('pre code');
    await until(() => words(last).length);
    try {
      return words(code);
    } finally {
      forget(root);
      if (words(root).length) throw new Error('not forgotten');
      root.remove();
    }
  }

  function words(within) {
    return [...CSS.highlights].flatMap(([name, ranges]) => [...ranges]
      .filter(({ startContainer }) => within.contains(startContainer))
      .map(({ startContainer, startOffset, endOffset }) => `${name} ${startContainer.data.slice(startOffset, endOffset)}`))
      .sort();
  }

  const seen = root => (root.querySelector('.plain') ? 'PLAIN ' : '') + outline(root);

  window.markdown = {
    MarkdownStream,
    renderMarkdown,
    coloured,
    words,
    until,
    draw,
    once,
    outline: text => once(text, seen),
    outlines: (text, sizes) => draw(text, sizes, seen),
  };
}
