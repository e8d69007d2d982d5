// SPDX-License-Identifier: MIT
// The package as npm packs it: how large it is, its types, and its React hook. run.py unpacks it among the node_modules of a folder.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { becomeBrowser, until } from './browser.mjs';
import { FakeSite } from './fake_site.mjs';

const folder = process.env.JAVASCRIPT_FOLDER;
const require = createRequire(path.join(folder, 'none.js'));
const inPackage = (name) => path.join(folder, 'node_modules', 'drf-messages', name);
const load = (name) => import(pathToFileURL(inPackage(name)));

/** Bytes of what a page loads, without what it has anyway. */
function size(file) {
  const { outputFiles: [{ contents }] } = require('esbuild').buildSync({ entryPoints: [inPackage(file)], bundle: true, minify: true, write: false,
    format: 'esm', target: 'es2022', external: file === 'react.js' ? ['react', './drf-messages.js'] : [] });
  return gzipSync(contents, { level: 9 }).length;
}

test('module and elements have at most 5 kB, the React hook 1 kB', () => {
  const sizes = Object.fromEntries(['drf-messages.js', 'drf-messages-elements.js', 'react.js'].map((file) => [file, size(file)]));
  console.log(sizes);
  assert.ok(sizes['drf-messages-elements.js'] <= 5000, 'the elements load the module');
  assert.ok(sizes['react.js'] <= 1000);
});

test('the package has the version of the project', () => {
  const project = readFileSync(new URL('../../CMakeLists.txt', import.meta.url), 'utf8');
  assert.equal(require('drf-messages/package.json').version, /VERSION (\d+\.\d+\.\d+)/.exec(project)[1]);
});

test('the types hold', () => {
  copyFileSync(new URL('types.ts', import.meta.url), path.join(folder, 'types.ts'));
  const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom', '--types', 'react'];
  try {
    execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), ...options, 'types.ts'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    assert.fail(error.stdout);
  }
});

let site;
beforeEach(async () => {
  becomeBrowser();
  site = await new FakeSite().listen();
});
afterEach(() => site.close());

test('a component with useMessages() shows what happens', async () => {
  const { createElement } = require('react');
  const { act, create } = require('react-test-renderer');
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  const { useMessages } = await load('react.js');
  const { shared } = await load('drf-messages.js');
  site.add('one', { level: 40 });
  let seen;
  const Badge = () => {
    seen = useMessages(site.url, { retry: 0.01 });
    return createElement('b', {}, `${seen.unread} of ${seen.messages.length}`);
  };
  let root;
  act(() => { root = create(createElement(Badge)); });
  const inbox = shared(site.url);
  const shows = async (text, fulfils) => {
    await act(async () => { await until(inbox, fulfils); });
    assert.equal(root.toJSON().children.join(''), text);
  };
  await shows('1 of 1', (now) => now.level === 40);
  site.add('two');
  await shows('2 of 2', (now) => now.unread === 2);
  let marked;
  act(() => { marked = seen.markAllRead(); });
  await shows('0 of 2', (now) => now.unread === 0);
  await act(async () => { await marked; });
  act(() => root.unmount());
  inbox.close();
});

test('while a server renders the page, the inbox is empty and connects to nothing', async () => {
  delete globalThis.document;
  const { createElement } = require('react');
  const { act, create } = require('react-test-renderer');
  const { useMessages } = await load('react.js');
  let root;
  act(() => { root = create(createElement(() => String(useMessages(`${site.url}#server`).unread))); });
  assert.equal(root.toJSON(), '0');
  assert.equal(site.requests.length, 0);
});

test('what docs/live.md shows works', async () => {
  const page = readFileSync(new URL('../../docs/live.md', import.meta.url), 'utf8');
  const [, shown] = /<!-- runs: tests\/javascript\/package.test.mjs -->\n```js\n(.*?)```/s.exec(page);
  const file = path.join(folder, 'shown.mjs');
  writeFileSync(file, shown.replace('/static/drf_messages/drf-messages.js', 'drf-messages'));
  site.add('one', { level: 40 });
  let elements = [];
  Object.assign(document, { baseURI: site.url, createElement: () => ({}), body: { replaceChildren: (...all) => { elements = all; } } });
  const { inbox } = await import(pathToFileURL(file));
  await until(inbox, (now) => now.level === 40);
  assert.deepEqual([document.title, elements.map(({ textContent }) => textContent)], ['(1) Inbox', ['one']]);
  await elements[0].onclick();
  assert.deepEqual([inbox.unread, Boolean(site.messages[0].read_at)], [0, true]);
  inbox.close();
});
