// A conversation as one Markdown document, and files for the reader's disk.
import { el } from './dom.js';
import { words } from './words.js';

const KEEP_MS = 10_000; // a file's address; a browser may ask first where to save it
const FENCE = /^ {0,3}(`{3,}(?!.*`)|~{3,})(.*)$/;

/** Questions as quotations, which hold any content; answers as they are. */
function toMarkdown(turns, { title = words.assistant, name = words.assistant } = {}) {
  const parts = turns.flatMap((turn) => [
    `## ${words.you}`, turn.question.replace(/^/gm, '> '),
    `## ${name}`, turn.text && closed(turn.text), words.ending(turn) && `*${words.ending(turn)}*`,
  ]);
  return [`# ${title}`, ...parts].filter(Boolean).join('\n\n') + '\n';
}

/** A fence that an answer left open would swallow what follows. */
function closed(text) {
  let fence = '';
  for (const line of text.split('\n')) {
    const [, marks, info] = FENCE.exec(line) ?? [];
    if (!fence) fence = marks ?? '';
    else if (marks?.startsWith(fence) && !info.trim()) fence = '';
  }
  return fence ? `${text}\n${fence}` : text;
}

export function exportConversation(client, title) {
  const day = new Date().toISOString().slice(0, 10);
  download(`nova-${day}.md`, 'text/markdown', toMarkdown(client.turns, { title, name: client.identity?.name }));
}

export function download(name, type, text) {
  const href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  el('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEEP_MS);
}
