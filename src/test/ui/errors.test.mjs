// The codes that the client makes are those that its guide explains, or the server's.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const all = (text, pattern) => new Set([...text.matchAll(pattern)].map((match) => match[1]));
const explained = (path) => all(read(path).split('\n## Errors\n')[1].split('\n## ')[0], /^\| `(\w+)` \|/gm);

const PARTS = 'src/main/resources/ui/client/';
const code = readdirSync(new URL(`../../../${PARTS}`, import.meta.url)).map((name) => read(PARTS + name)).join('');
const made = all(code, /(?:new ChatError\(|\.fail\(\w+, )'(\w+)'/g);

test('every code that the client makes is explained', () => {
  const known = new Set([...explained('docs/client.md'), ...explained('PROTOCOL.md')]);
  assert.ok(made.size > 5);
  assert.deepEqual([...made].filter((each) => !known.has(each)), []);
});

test('every code that the guide calls the client\'s own is made by it', () => {
  assert.deepEqual([...explained('docs/client.md')].filter((each) => !made.has(each)), []);
});
