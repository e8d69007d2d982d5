// SPDX-License-Identifier: MIT
// The start page as an inbox: what happens in the shell, in another tab and in another browser shows without a reload.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { keepStreams, keepToasts, logOutButton, measured, send, streamsAre, violations, visiting } from './browser.mjs';

const site = 'live';
const entry = (page, text) => page.locator('drf-messages-bell li', { hasText: text });
const button = (page, text, name) => entry(page, text).getByRole('button', { name });
const unread = (page, count) => page.locator('drf-messages-bell summary', { hasText: count ? `${count} unread` : /^Messages\s*$/ }).waitFor();
const note = (page, text) => page.locator('drf-messages-bell [part=note]', { hasText: text }).waitFor();

/** The start page, connected: `count` messages are unread. */
async function open(page, count) {
  await keepToasts(page);
  await page.goto('/');
  await unread(page, count);
}

test('a message from the shell appears, and what is read in one browser is read in the other', async () => {
  await visiting({ site, user: 'story' }, (one) => visiting({ site, user: 'story' }, async (other) => {
    await Promise.all([open(one, 23), open(other, 23)]);
    await send(site, 'story', 'Version 7 is live');
    await Promise.all([one, other].map((page) => page.locator('drf-messages-toasts li', { hasText: 'Version 7 is live' }).waitFor()));
    await unread(other, 24);

    const took = [];
    for (const [name, count] of [['Mark as read', 23], ['Mark as unread', 24], ['Mark as read', 23], ['Mark as unread', 24], ['Mark as read', 23]]) {
      const begin = performance.now();
      await button(one, 'Version 7 is live', name).click();
      await unread(other, count);
      took.push(Math.round(performance.now() - begin));
    }
    measured('milliseconds from a click in one browser to the badge of the other', took);
    await button(other, 'Version 7 is live', 'Mark as unread').waitFor();
    assert.equal(await other.locator('drf-messages-toasts li').count(), 0);

    await one.locator('drf-messages-bell').getByRole('button', { name: 'Mark all as read' }).click();
    await unread(other, 0);
    await one.locator('drf-messages-bell').getByRole('button', { name: 'Undo' }).click();
    await unread(other, 23);
    await button(other, 'Version 7 is live', 'Delete').click();
    await entry(one, 'Version 7 is live').waitFor({ state: 'detached' });
  }));
});

test('ten tabs have one stream, and logging out in one empties all', async () => {
  await visiting({ site, user: 'text' }, async (page) => {
    const tabs = [page];
    while (tabs.length < 10) {
      tabs.push(await page.context().newPage());
    }
    await open(page, 23);
    await Promise.all(tabs.slice(1).map((tab) => open(tab, 23)));
    await streamsAre(site, 1);
    measured('streams of ten tabs', 1);
    await send(site, 'text', 'To all tabs');
    await Promise.all(tabs.map((tab) => entry(tab, 'To all tabs').waitFor()));
    await page.close(); // which had the connection
    const [first, ...others] = tabs.slice(1);
    await streamsAre(site, 1);
    await send(site, 'text', 'To all others');
    await Promise.all(others.map((tab) => entry(tab, 'To all others').waitFor()));
    await logOutButton(first).click();
    await first.locator('#log-in').waitFor();
    await Promise.all(others.map((tab) => note(tab, 'Logged out')));
    for (const tab of others) {
      assert.equal(await tab.locator('drf-messages-bell li, drf-messages-toasts li').count(), 0);
    }
    await streamsAre(site, 0);
  });
});

/** Goes offline, where the inbox says so, until what it missed is sent. */
async function missAndSee(page, text, count, whileOffline = () => {}) {
  await page.context().setOffline(true);
  whileOffline();
  await note(page, 'Offline');
  await send(site, 'plain', text);
  assert.equal(await page.locator('drf-messages-bell [part=note]').textContent(), 'Offline');
  await page.context().setOffline(false);
  await entry(page, text).waitFor();
  await unread(page, count);
  await page.locator('drf-messages-bell [part=note]:empty').waitFor({ state: 'attached' });
}

test('offline it says so, and afterwards shows what came meanwhile', async () => {
  await visiting({ site, user: 'plain' }, async (page) => {
    await open(page, 23);
    await missAndSee(page, 'While you were away', 24);
  });
});

test('offline it says so also where the stream was just being opened', async () => {
  await visiting({ site, user: 'plain' }, async (page) => {
    const letStreamsPass = keepStreams();
    await open(page, 24);
    await streamsAre(site, 1);
    await missAndSee(page, 'While you were away again', 25, letStreamsPass);
  });
});

test('all of it is done by keyboard alone', async () => {
  await visiting({ site, user: 'keyboard' }, async (page) => {
    await open(page, 23);
    const focused = () => page.evaluate(() => {
      const inner = document.activeElement.shadowRoot?.activeElement;
      return inner && { text: inner.textContent.trim(), outline: getComputedStyle(inner).outlineStyle };
    });
    const tabTo = async (text) => {
      for (let steps = 0; steps < 100; steps++) {
        await page.keyboard.press('Tab');
        const now = await focused();
        if (now?.text.startsWith(text)) {
          assert.notEqual(now.outline, 'none', `${text} does not show that it has the focus`);
          return;
        }
      }
      assert.fail(`${text} is not reached with Tab`);
    };
    await tabTo('Mark as read');
    await page.keyboard.press('Enter');
    await unread(page, 22);
    await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.textContent === 'Mark as unread');
    await page.keyboard.press('Tab');
    assert.equal((await focused()).text, 'Delete');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('drf-messages-bell').shadowRoot.querySelectorAll('li').length === 22);
    assert.equal((await focused()).text, 'Delete'); // of the one in its place
    await page.reload();
    await unread(page, 22);
    await tabTo('Messages');
    await page.keyboard.press('Enter'); // folds it
    await entry(page, '').first().waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    await tabTo('Mark all as read');
    await page.keyboard.press('Space'); // which is let go on the same button
    await unread(page, 0);
    await tabTo('Undo');
    await page.keyboard.press('Enter');
    await unread(page, 22);
  });
});

test('a row that stays is the same element, also between pressing the mouse and letting it go', async () => {
  await visiting({ site, user: 'rows' }, async (page) => {
    await open(page, 23);
    const row = entry(page, 'Your profile was saved').first();
    const one = await row.elementHandle();
    const toggle = row.getByRole('button', { name: 'Mark as read' });
    await toggle.hover();
    await page.mouse.down();
    await page.evaluate(() => {
      const { inbox } = document.querySelector('drf-messages-bell');
      return inbox.markRead(inbox.messages.at(-1).id); // as another tab does
    });
    await unread(page, 22);
    await page.mouse.up();
    await unread(page, 21);
    assert.equal(await row.evaluate((now, before) => now === before, one), true);
    const status = page.locator('drf-messages-bell [part=status]');
    assert.equal(await status.textContent(), '21 unread');
    await page.locator('drf-messages-bell').getByRole('button', { name: 'Mark all as read' }).click();
    await unread(page, 0);
    assert.equal(await status.textContent(), '0 unread');
    await row.getByRole('button', { name: 'Delete' }).focus();
    await send(site, 'rows', 'While the focus is elsewhere');
    await unread(page, 1);
    assert.equal(await row.evaluate((now) => now.getRootNode().activeElement.parentNode === now), true);
  });
});

test('what could not be saved is said to who sees and to who hears', async () => {
  await visiting({ site, user: 'failing' }, async (page) => {
    await page.route('**/messages/read/', (route) => route.fulfill({ status: 400, json: {} }));
    await open(page, 23);
    await button(page, 'Your profile was saved', 'Mark as read').first().click();
    const said = page.locator('drf-messages-bell').getByRole('alert');
    await said.waitFor();
    assert.equal(await said.textContent(), 'Not saved');
    const seen = await said.evaluate((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return one.getRootNode().elementFromPoint(x + width / 2, y + height / 2) === one;
    });
    assert.equal(seen, true);
    assert.deepEqual(await violations(page), []);
    await unread(page, 23);
  });
});

for (const dir of ['ltr', 'rtl']) {
  test(`the panel stays within the page, wherever the bell is (${dir})`, async () => {
    await visiting({ site, user: 'looks', viewport: { width: 700, height: 900 } }, async (page) => {
      await open(page, 23);
      const panels = await page.evaluate(async (direction) => {
        document.documentElement.dir = direction;
        document.body.textContent = ''; // and its styles do not reach a bell that is not open from the start
        const main = document.body.appendChild(document.createElement('main'));
        main.style.cssText = 'display: flex; justify-content: space-between; position: absolute; inset: 0 0 auto 0';
        for (const sheet of document.querySelectorAll('link[rel=stylesheet]')) {
          sheet.remove();
        }
        const rectangles = [];
        for (let bells = 0; bells < 3; bells++) {
          const bell = document.createElement('drf-messages-bell');
          bell.setAttribute('url', '/messages/');
          main.append(bell);
        }
        for (const bell of main.children) {
          const details = bell.shadowRoot.querySelector('details');
          const toggled = new Promise((resolve) => details.addEventListener('toggle', resolve, { once: true }));
          details.querySelector('summary').click();
          await toggled;
          const { left, right } = details.querySelector('[part=panel]').getBoundingClientRect();
          rectangles.push(left >= 0 && right <= innerWidth);
        }
        return rectangles;
      }, dir);
      assert.deepEqual(panels, [true, true, true]);
    });
  });
}

test('without JavaScript it is the start page that it was', async () => {
  await visiting({ site, user: 'customer0', javaScriptEnabled: false }, async (page) => {
    await page.goto('/');
    assert.equal((await page.locator('drf-messages-bell').innerText()).trim(), '');
    await page.locator('a[href="/messages/"]').click();
    await page.locator('#response-body').waitFor();
  });
});

test('it says what a page wants, in the language of the page', async () => {
  await visiting({ site, user: 'customer0' }, async (page) => {
    await send(site, 'customer0', 'The only one');
    await open(page, 1);
    const said = await page.evaluate(async () => {
      const { texts } = await import('/static/drf_messages/drf-messages-elements.js');
      const summary = async (change) => {
        const bell = document.createElement('drf-messages-bell');
        change(bell);
        bell.setAttribute('url', '/messages/');
        document.querySelector('main').append(bell);
        const text = bell.shadowRoot.querySelector('summary').textContent;
        bell.remove();
        return text;
      };
      texts.fr = { messages: 'Messages reçus' };
      return [await summary((bell) => { bell.lang = 'DE-AT'; }), await summary((bell) => { bell.lang = 'fr'; }),
        await summary((bell) => { bell.texts = { messages: 'News' }; })];
    });
    assert.deepEqual(said, ['Meldungen 1 ungelesen', 'Messages reçus 1 unread', 'News 1 unread']);
  });
});
