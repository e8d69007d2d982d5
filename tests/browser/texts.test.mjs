// SPDX-License-Identifier: MIT
// Markup, quotes, characters that turn the direction and control characters show as text, wherever somebody can enter them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ADMIN, LIST, follow, lists, run } from './admin.mjs';
import { filters, oddName, oddStaffName, oddTexts, password, shown, visiting } from './browser.mjs';

const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u2028\u2029\ufeff\ufffe\uffff]/;

/** What a text has made of the page: elements that no page of ours has, and texts whose direction reaches beyond them. */
async function damage(page) {
  return page.evaluate(([turning, unseen]) => {
    const found = [...document.querySelectorAll('img, svg, iframe, object, embed, video, b, i, base, script:not([src]), style')]
      .map((element) => element.outerHTML);
    for (const element of document.querySelectorAll('*')) {
      found.push(...[...element.attributes].filter(({ name }) => /^on|^style$/.test(name)).map(({ name }) => `${element.tagName} ${name}`));
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const { unicodeBidi } = getComputedStyle(node.parentElement);
      if (new RegExp(turning).test(node.data) && !['isolate', 'isolate-override', 'plaintext'].includes(unicodeBidi)) {
        found.push(`a direction that leaves <${node.parentElement.tagName}>: ${JSON.stringify(node.data.slice(0, 80))}`);
      }
      if (new RegExp(unseen).test(node.data) && node.parentElement.tagName !== 'TEXTAREA') { // what is edited stays what it is
        found.push(`characters that nobody sees in <${node.parentElement.tagName}>: ${JSON.stringify(node.data.slice(0, 80))}`);
      }
    }
    return found;
  }, [TURNING.source, UNSEEN.source]);
}

test('texts of messages, their tags and views, and names of users show as text', async () => {
  await visiting({ user: oddName, site: 'closed' }, async (page) => {
    await page.goto('/messages/?ordering=created&limit=20');
    const { results } = await shown(page);
    assert.deepEqual(results.map((message) => message.message), oddTexts);
    assert.equal(results[0].level_tag, '<b title=\'tag\'>"&amp;');
    assert.ok((await page.locator('#user').textContent()).includes(oddName.slice(0, 20)));
    assert.deepEqual(await damage(page), []);
    const form = await filters(page);
    assert.ok((await form.locator('[name=level_tag] option').allTextContents()).includes(results[0].level_tag));
    for (const { id, message } of results) {
      await page.goto(`/messages/${id}/`);
      assert.equal((await shown(page)).message, message);
      assert.deepEqual(await damage(page), []);
    }
  });
});

test('what somebody asks for is repeated as text', async () => {
  await visiting({ user: 'text' }, async (page) => {
    for (const text of oddTexts) {
      const asked = encodeURIComponent(text);
      await page.goto(`/messages/?search=${asked}&view=${asked}&extra_tags=${asked}&other=${asked}&limit=2`);
      assert.deepEqual(await damage(page), []);
      const answer = await page.goto(`/messages/?level_tag=${asked}&level=${asked}&created_after=${asked}&ordering=${asked}&offset=${asked}`);
      assert.equal(answer.status(), 400);
      assert.deepEqual(await damage(page), []);
      for (const path of [`/messages/${asked}/`, `/${asked}/`, `/api-auth/login/?next=/${asked}`, `/?${asked}`]) {
        await page.goto(path);
        assert.deepEqual(await damage(page), [], path);
      }
    }
    await page.goto(`/messages/?search=${encodeURIComponent(oddTexts[0])}`);
    const form = await filters(page);
    assert.equal(await form.locator('[name=search]').inputValue(), oddTexts[0]);
  });
});

test('a name that nobody has shows as text, and leads nowhere else', async () => {
  await visiting({}, async (page) => {
    await page.goto('/api-auth/login/?next=javascript:alert(8)');
    await page.getByLabel('Username').fill(`"'><img src=x onerror=alert(9)>`);
    await page.getByLabel('Password').fill(`not ${password}`);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Username').inputValue(), `"'><img src=x onerror=alert(9)>`);
    assert.equal(await page.locator('[name=next]').inputValue(), '');
    assert.deepEqual(await damage(page), []);
  });
});

test('texts show as text on every page of the admin, and stay what they are', async () => {
  await visiting({ user: oddStaffName, site: 'closed' }, async (page) => {
    const whole = async (path) => {
      if (path) {
        await page.goto(path);
      }
      assert.deepEqual(await damage(page), [], page.url());
    };
    await whole(ADMIN);
    assert.ok((await page.locator('#user-tools').innerText()).includes(oddStaffName.slice(0, 20)));
    await lists(page, 'level=15&o=2');
    await whole();
    assert.equal(await page.locator('#result_list tbody tr').count(), oddTexts.length);
    const links = await page.locator('#result_list tbody tr').evaluateAll((all) => all.map((row) => row.querySelector('a').getAttribute('href')));
    for (const link of links) {
      const url = new URL(link, page.url()).pathname;
      await whole(url);
      const text = await page.locator('[name=message]').inputValue();
      const tag = await page.locator('[name="extra_tags-0-text"]').inputValue();
      assert.ok(tag.startsWith('averyvery') || oddTexts.some((odd) => odd.startsWith(tag.slice(0, 5))), tag);
      await whole(url.replace('change', 'delete'));
      assert.ok((await page.locator('main').innerText()).includes(text.slice(0, 8).trim()));
      await whole(url.replace('change', 'history'));
      // saved as it is, it is the same, and what is said about it is text too
      await page.goto(url);
      await follow(page, page.locator('[name=_continue]'));
      await page.locator('.messagelist').waitFor();
      await whole();
      await whole(url.replace('change', 'history'));
    }
    await lists(page, 'level=15&o=2');
    await run(page, 'delete_selected', [...oddTexts.keys()]);
    await whole();
    await whole(ADMIN);
  });
});

test('what somebody asks the admin for is repeated as text', async () => {
  await visiting({ user: oddStaffName }, async (page) => {
    for (const text of oddTexts) {
      const asked = encodeURIComponent(text);
      for (const path of [`${LIST}?q=${asked}`, `${LIST}?view=${asked}&level=${asked}`, `${LIST}?q=x&o=${asked}&p=${asked}`, `${LIST}?message__icontains=${asked}`,
        `${LIST}add/?message=${asked}&view=${asked}&level=${asked}&user=${asked}&read_at=${asked}`, `${LIST}add/?_changelist_filters=${asked}`,
        `${LIST}${asked}/change/`, `${ADMIN}${asked}/`, `${ADMIN}login/?next=/${asked}`]) {
        await page.goto(path);
        assert.deepEqual(await damage(page), [], path);
      }
    }
  });
});
