// A conversation as one Markdown document, and files for the reader's disk.
import { el } from './dom.js';
import { lex } from './markdown/lexer.js';
import { words } from './words.js';

const PAGE = 200; // messages, as many as the server gives at once
const KEEP_MS = 10_000; // a file's address; a browser may ask first where to save it
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Questions as quotations, which hold any content; answers as they are. */
function toMarkdown({ turns, hasOlder, identity }, title = words.assistant) {
  const parts = turns.flatMap((turn) => [
    `## ${words.you}`, turn.question.replace(/^/gm, '> '),
    `## ${identity?.name || words.assistant}`, turn.text && closed(turn.text), words.ending(turn) && `*${words.ending(turn)}*`,
  ]);
  return [`# ${title}`, hasOlder && `*${words.missing}*`, ...parts].filter(Boolean).join('\n\n') + '\n';
}

/** A fence or a comment that an answer left open would swallow what follows; HTML is text here, as it is on the page. */
function closed(text) {
  try {
    const tokens = lex(text.replace(/\r\n?/g, '\n')).tokens;
    const whole = tokens.map(({ type, raw }) => (type === 'html' ? raw.replaceAll('<', '\\<') : raw)).join('');
    const fence = openFence(tokens.at(-1));
    return fence ? `${whole}\n${fence}` : whole;
  } catch {
    return text; // nested too deep
  }
}

/** Its marks. */
function openFence({ type, raw }) {
  const marks = type === 'code' && FENCE.exec(raw)?.[1];
  const last = raw.split('\n').slice(1).findLast(Boolean) ?? '';
  return marks && !(FENCE.exec(last)?.[1].startsWith(marks) && !last.trim().replaceAll(marks[0], '')) && marks;
}

/** Once at a time: `button` is busy until all that there is was loaded, or could not be. */
export async function exportConversation(button, client, title) {
  if (button.ariaBusy) return;
  button.ariaBusy = 'true';
  await loadAll(client).catch(() => {}); // the file says so
  button.ariaBusy = null;
  download(`nova-${new Date().toISOString().slice(0, 10)}.md`, 'text/markdown', toMarkdown(client, title));
}

/** Ends with a page that brings nothing, whatever the server says of more. */
async function loadAll(client) {
  for (let had = -1; client.hasOlder && client.turns.length > had;) {
    had = client.turns.length;
    await client.loadOlder(PAGE);
  }
}

export function download(name, type, text) {
  const href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  el('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEEP_MS);
}
