// Evaluates to a function that writes what an element holds as one line. The HTML of a specification and the page's own
// elements read alike in it: boxes for speed are left out, a list split for speed is one list, an image is its description.
(() => {
  const BLOCKS = /^(P|H\d|[OU]L|LI|BLOCKQUOTE|HR|PRE|FIGURE|TABLE|THEAD|TBODY|TR|TH|TD|BR)$/;

  const written = text => text.replace(/[<>]/g, sign => (sign === '<' ? '‹' : '›'));

  function address(href) {
    const absolute = URL.canParse(href) ? new URL(href).href : href;
    return encodeURI(absolute).replaceAll('%25', '%');
  }

  function contents(nodes) {
    return [...nodes].flatMap(node => {
      if (node.className === 'host') return [];
      if (node.className === 'list') return [{ list: node }];
      return node.nodeName === 'DIV' ? contents(node.childNodes) : [node];
    });
  }

  function name(node) {
    if (node.dataset.level) return `h${node.dataset.level}`;
    if (node.localName === 'ol') return `ol ${node.start}`;
    if (/^t[hd]$/.test(node.localName)) return `${node.localName} ${node.getAttribute('align') ?? node.className}`.trim();
    return node.localName;
  }

  function code(node) {
    const inner = node.querySelector('code') ?? node;
    const language = node.dataset.language ?? /language-(\S+)/.exec(inner.className)?.[1].toLowerCase() ?? '';
    return `<pre ${language}>${written(inner.textContent.replace(/\n$/, '')).replaceAll('\n', '⏎')}</>`;
  }

  function image(text) {
    return `<image ${/^image: (.*?)( \([^()]*\))?$/s.exec(text)[1].replace('untitled', '')}>`;
  }

  function one(node) {
    if (node.list) return `<${name(node.list.firstChild)}>${all([...node.list.children].flatMap(part => [...part.childNodes]))}</>`;
    if (node.nodeType === Node.TEXT_NODE) return written(node.data.replace(/[ \t\n]+/g, ' '));
    if (node.nodeType !== Node.ELEMENT_NODE) return '';
    if (node.matches('figure, pre')) return code(node);
    if (node.matches('img')) return `<image ${node.alt}>`;
    if (node.matches('.image')) return image(node.textContent);
    if (node.matches('a[href]')) return `<a ${address(node.getAttribute('href'))}>${all(node.childNodes)}</>`;
    if (node.matches('span')) return `<a ${address(node.title)}>${all(node.childNodes)}</>`; // a link to where none may lead
    if (node.matches('input')) return node.checked ? '[x] ' : '[ ] ';
    if (node.matches('tbody:empty')) return '';
    return `<${name(node)}>${all(node.childNodes)}</>`;
  }

  function all(nodes) {
    let out = '';
    let line = '';
    for (const node of contents(nodes)) {
      if (!node.list && !BLOCKS.test(node.nodeName)) {
        line += one(node);
      } else {
        out += line.replace(/ +/g, ' ').trim() + one(node);
        line = '';
      }
    }
    return out + line.replace(/ +/g, ' ').trim();
  }

  return root => all(root.childNodes);
})()
