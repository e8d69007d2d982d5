// SPDX-License-Identifier: MIT
// A browser whose every page comes under a strict Content-Security-Policy, and which remembers what it complained about.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';
import path from 'node:path';
import { promisify } from 'node:util';

const require = createRequire(path.join(process.env.BROWSER_MODULES, 'none.js'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const { password, name: oddName, staffName: oddStaffName, texts: oddTexts } = JSON.parse(process.env.BROWSER_TEXTS);
export const screenshots = process.env.BROWSER_SCREENSHOTS;

const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; img-src 'self'; base-uri 'none'";
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

/** The origin of each site, behind a proxy that adds the policy. */
export const origin = {};
let browser;
const proxies = [];
/** How many streams of events each site has now. */
const streams = {};
/** What passes on the streams that a test keeps back. */
let kept;
const changes = new EventEmitter();

function proxy(name, port) {
  streams[name] = 0;
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request;
    const passed = http.request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      const pass = () => {
        response.writeHead(answer.statusCode, { ...answer.headers, 'content-security-policy': POLICY });
        answer.pipe(response);
      };
      const isStream = answer.headers['content-type'] === 'text/event-stream';
      isStream && kept ? kept.push(pass) : pass();
      if (isStream) {
        streams[name] += 1;
        answer.on('close', () => {
          streams[name] -= 1;
          changes.emit('streams');
        });
        changes.emit('streams');
      }
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

before(async () => {
  for (const [name, port] of Object.entries(JSON.parse(process.env.BROWSER_SITES))) {
    const server = await proxy(name, port);
    proxies.push(server);
    origin[name] = `http://127.0.0.1:${server.address().port}`;
  }
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
});

after(async () => {
  await browser?.close();
  for (const server of proxies) {
    server.closeAllConnections();
    server.close();
  }
});

/**
 * Calls `visit(page)` with a page of a new, empty profile. Nothing on it may break the policy, throw or open a dialog that was not
 * waited for; that a page answers 4xx, or a browser is offline, is no complaint.
 */
export async function visiting({ user, site = 'open', ...options }, visit) {
  const context = await browser.newContext({ baseURL: origin[site], viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(300_000); // a browser is slow beside other tests
  const complaints = [];
  context.on('page', (page) => {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !/Failed to load resource.*(status of 4|ERR_INTERNET_DISCONNECTED)/.test(message.text())) {
        complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      if (!page.waitedFor) {
        complaints.push(`a dialog: ${dialog.message()}`);
        dialog.dismiss();
      }
    });
  });
  try {
    if (user) {
      await logIn(context, site, user);
    }
    const page = await context.newPage();
    await visit(page);
    assert.deepEqual(complaints, [], page.url());
  } finally {
    kept = undefined; // also where it failed: the next one has its streams
    await context.close();
  }
}

const sessions = new Map();

/** Once for each user and site: a password takes long. */
async function logIn(context, site, user) {
  const key = `${site} ${user}`;
  if (!sessions.has(key)) {
    await context.request.get('/api-auth/login/');
    const [token] = (await context.cookies()).filter((cookie) => cookie.name === 'csrftoken');
    const form = { username: user, password, csrfmiddlewaretoken: token.value, next: '/messages/999999/' };
    const answer = await context.request.post('/api-auth/login/', { form, maxRedirects: 0 });
    assert.equal(answer.status(), 302);
    sessions.set(key, await context.cookies());
  }
  await context.addCookies(sessions.get(key));
}

/** When a site has so many streams. */
export async function streamsAre(site, count) {
  while (streams[site] !== count) {
    await once(changes, 'streams');
  }
}

/** Keeps back the answers of streams, as a slow network does, until what it returns is called. */
export function keepStreams() {
  kept = [];
  return () => {
    kept.forEach((pass) => pass());
    kept = undefined;
  };
}

const figures = {};

/** Says what was measured, and with `run.py --results` writes it down. */
export function measured(what, value) {
  figures[what] = value;
  console.log(`${what}: ${value}`);
  if (process.env.BROWSER_RESULTS) {
    writeFileSync(process.env.BROWSER_RESULTS, `${JSON.stringify(figures, null, 2)}\n`);
  }
}

/** Toasts stay until they are looked at, however slow the machine is. */
export function keepToasts(page) {
  return page.addInitScript(() => {
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (does, milliseconds, ...more) => setTimeout(does, milliseconds === 10_000 ? 2 ** 31 - 1 : milliseconds, ...more);
  });
}

/** Sends a message from the shell. */
export async function send(site, user, text) {
  const [binary, settings] = JSON.parse(process.env.BROWSER_SEND)[site];
  await promisify(execFile)(binary, ['send', '--settings', settings, '--to', user, text], { cwd: path.dirname(settings) });
}

/** The JSON that the page shows. */
export async function shown(page) {
  await page.waitForLoadState(); // else it may be the beginning only
  return JSON.parse(await page.locator('#response-body').textContent());
}

export function logOutButton(page) {
  return page.locator('#log-out button, button#log-out');
}

/** Tab by Tab to an element, each of which must show that it has the focus. */
export async function tabTo(page, element) {
  await element.waitFor();
  await page.waitForLoadState();
  for (let steps = 0; steps < 400; steps++) {
    await page.keyboard.press('Tab');
    if (await element.evaluate((one) => one === document.activeElement)) {
      const outline = await element.evaluate((one) => getComputedStyle(one).outlineStyle + getComputedStyle(one).boxShadow);
      assert.notEqual(outline, 'nonenone', `${element} does not show that it has the focus`);
      return;
    }
  }
  assert.fail(`${element} is not reached with Tab`);
}

/** When a field has the focus, which the page gives it a moment after it is there: what is typed before is lost. */
export async function isFocused(page, name) {
  await page.waitForFunction((wanted) => document.activeElement?.name === wanted, name);
}

/** The form of the filters, all of it: some fields stand behind a heading that unfolds. */
export async function filters(page) {
  const form = page.locator('#filters');
  await form.waitFor();
  await page.waitForLoadState(); // its end may be still to come
  for (const heading of await form.locator('details:not([open]) > summary').all()) {
    await heading.click();
  }
  return form;
}

/** What axe-core has against the page: by the WCAG, and by what it takes for good practice. */
export async function violations(page, { wcagAlone = false } = {}) {
  await page.evaluate(axe);
  const options = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } };
  const only = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
  const found = await page.evaluate((all) => globalThis.axe.run(document, all), { ...options, ...(wcagAlone ? only : {}) });
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}
