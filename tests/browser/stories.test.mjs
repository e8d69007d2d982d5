// SPDX-License-Identifier: MIT
// What a person does on the browsable pages, with the mouse, by keyboard alone, and without JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filters, isFocused, logOutButton, password, shown, tabTo, visiting } from './browser.mjs';

const LIST = '/messages/';
const levels = async (page) => (await shown(page)).results.map((message) => message.level);

/** Where the page is: its path, and those of its parameters that ask for something. */
function where(page) {
  const url = new URL(page.url());
  return [url.pathname, Object.fromEntries([...url.searchParams].filter(([, value]) => value && value !== 'unknown'))];
}

/** Clicks, and answers the question that comes. */
async function clickAndAnswer(page, button, yes) {
  page.waitedFor = true;
  const asked = page.waitForEvent('dialog');
  const clicked = button.click();
  const dialog = await asked;
  await (yes ? dialog.accept() : dialog.dismiss());
  await clicked;
  page.waitedFor = false;
}

test('a visitor logs in, narrows the list, opens a message, deletes it and logs out', async () => {
  await visiting({}, async (page) => {
    await page.goto(LIST);
    assert.equal(await page.locator('#user').count(), 0);
    await page.locator('#log-in').click();
    await page.getByLabel('Username').fill('story');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('#user', { hasText: 'story' }).waitFor();
    assert.deepEqual(where(page), [LIST, {}]);
    assert.equal((await shown(page)).count, 23);

    let form = await filters(page);
    await form.locator('[name=level_tag]').selectOption('warning');
    await form.locator('button').first().click();
    await page.waitForURL(/level_tag=warning/);
    assert.equal((await shown(page)).count, 8);
    form = await filters(page);
    assert.equal(await form.locator('[name=level_tag]').inputValue(), 'warning');

    await form.locator('[name=search]').fill('report.pdf');
    await form.locator('button').first().click();
    await page.waitForURL(/search=report/);
    assert.deepEqual(await levels(page), [40, 40, 40, 40]);

    await page.goto(LIST);
    form = await filters(page);
    await form.locator('[name=ordering]').selectOption('-level');
    await form.locator('button').first().click();
    await page.waitForURL(/ordering=-level/);
    assert.deepEqual(await levels(page), [40, 40, 40, 40, 30]);

    await page.locator('#pagination').getByText('2', { exact: true }).click();
    await page.waitForURL(/offset=5/);
    assert.equal(where(page)[1].ordering, '-level');
    assert.equal(await page.locator('#pagination [aria-current=page]').textContent(), '2');
    assert.deepEqual(await levels(page), [30, 30, 30, 25, 25]);

    const id = (await shown(page)).results[0].id;
    await page.locator('a.message').first().click();
    await page.waitForURL(`**/messages/${id}/`);
    assert.equal((await shown(page)).id, id);

    await page.locator('#options-button').click();
    await page.locator('#request-line', { hasText: 'OPTIONS' }).waitFor();
    assert.equal((await shown(page)).name, 'Messages Instance');

    await page.goto(`/messages/${id}/`);
    await clickAndAnswer(page, page.locator('#delete-button'), false);
    await page.reload();
    assert.equal((await shown(page)).id, id);
    await clickAndAnswer(page, page.locator('#delete-button'), true);
    await page.locator('#status-line', { hasText: '204' }).waitFor();
    assert.equal((await page.goto(`/messages/${id}/`)).status(), 404);

    await page.locator('#breadcrumbs a').first().click();
    await page.waitForURL(`**${LIST}`);
    assert.equal((await shown(page)).count, 22);
    await logOutButton(page).click();
    await page.locator('#log-in').waitFor();
    assert.deepEqual(where(page), [LIST, {}]);
  });
});

test('everything is done by keyboard alone', async () => {
  await visiting({}, async (page) => {
    const press = async (element, key = 'Enter') => {
      await tabTo(page, element);
      await page.keyboard.press(key);
    };
    await page.goto(LIST);
    await press(page.locator('#log-in'));
    await isFocused(page, 'username');
    await page.keyboard.type('keyboard'); // the field for the name has the focus from the start
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.locator('#user', { hasText: 'keyboard' }).waitFor();

    await tabTo(page, page.locator('#filters [name=level_tag]'));
    await page.keyboard.type('error');
    await tabTo(page, page.locator('#filters [name=search]'));
    await page.keyboard.type('upload');
    await page.keyboard.press('Enter');
    await page.waitForURL(/level_tag=error/);
    assert.equal((await shown(page)).count, 4);

    await page.goto(LIST);
    await press(page.locator('#pagination').getByText('3', { exact: true }));
    await page.waitForURL(/offset=10/);
    await press(page.locator('a.message').first());
    await page.locator('#delete-button').waitFor();
    const id = (await shown(page)).id;

    page.waitedFor = true;
    const asked = page.waitForEvent('dialog');
    await tabTo(page, page.locator('#delete-button'));
    const pressed = page.keyboard.press('Enter');
    await (await asked).accept();
    await pressed;
    await page.locator('#status-line', { hasText: '204' }).waitFor();
    assert.equal((await page.goto(`/messages/${id}/`)).status(), 404);
    await press(logOutButton(page));
    await page.locator('#log-in').waitFor();
  });
});

test('without JavaScript all works but what needs another method, whose command line is shown', async () => {
  await visiting({ javaScriptEnabled: false }, async (page) => {
    await page.goto('/');
    await page.locator('a[href*="messages/"]').first().click();
    await page.locator('#log-in').click();
    await page.getByLabel('Username').fill('plain');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('#user', { hasText: 'plain' }).waitFor();

    let form = await filters(page);
    await form.locator('[name=unread]').selectOption('false');
    await form.locator('[name=ordering]').selectOption('level');
    await form.locator('button').first().click();
    await page.waitForURL(/ordering=level/);
    assert.deepEqual(where(page)[1], { unread: 'false', ordering: 'level' });
    form = await filters(page);
    assert.equal(await form.locator('[name=ordering]').inputValue(), 'level');

    await page.goto(LIST);
    await page.locator('#pagination').getByText('2', { exact: true }).click();
    await page.waitForURL(/offset=5/);
    await page.locator('#formats a', { hasText: /json/i }).waitFor();
    await page.locator('a.message').first().click();
    await page.waitForURL(/messages\/\d+\/$/);
    for (const button of ['#options-button', '#delete-button']) {
      assert.equal(await page.locator(button).isVisible(), false, `${button} can do nothing here`);
    }
    assert.match(await page.locator('#curl').innerText(), /curl/);
    await logOutButton(page).click();
    await page.locator('#log-in').waitFor();
  });
});

test('a wrong value of a filter is named beside its field', async () => {
  await visiting({ user: 'story' }, async (page) => {
    const answer = await page.goto(`${LIST}?level=abc&created_after=yesterday&view=x`);
    assert.equal(answer.status(), 400);
    const form = await filters(page);
    for (const [name, value, error] of [['level', 'abc', 'Enter a number.'], ['created_after', 'yesterday', 'Enter a valid date/time.']]) {
      const field = form.locator(`[name=${name}]`);
      assert.equal(await field.inputValue(), value);
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      const described = (await field.getAttribute('aria-describedby')).split(' ');
      const texts = await Promise.all(described.map((id) => page.locator(`#${id}`).innerText()));
      assert.ok(texts.some((text) => text.includes(error)), `${name}: ${texts}`);
    }
    assert.equal(await form.locator('[name=view]').inputValue(), 'x');
    assert.equal(await form.locator('[name=view]').getAttribute('aria-invalid'), null);
  });
});

test('a wrong value of a field that was folded away is shown', async () => {
  await visiting({ user: 'story' }, async (page) => {
    await page.goto(`${LIST}?level__lt=abc`);
    await page.locator('#filters').getByText('Enter a number.').waitFor();
    assert.equal(await page.locator('#filters [name=level__lt]').inputValue(), 'abc');
  });
});

test('what is not asked for is left out of the address, and nothing else', async () => {
  await visiting({ user: 'story' }, async (page) => {
    await page.goto(LIST);
    const form = await filters(page);
    await form.locator('[name=search]').fill('unknown');
    await form.locator('[name=unread]').selectOption('false');
    await form.locator('button').first().click();
    await page.waitForURL(/search/);
    assert.deepEqual([...new URL(page.url()).searchParams], [['unread', 'false'], ['search', 'unknown']]);
    assert.equal((await shown(page)).count, 0);
  });
});

test('a wrong password is told, and the name is kept', async () => {
  await visiting({}, async (page) => {
    await page.goto(`/api-auth/login/?next=${LIST}`);
    await page.getByLabel('Username').fill('story');
    await page.getByLabel('Password').fill('no');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').filter({ hasText: 'Please enter a correct username and password.' }).waitFor();
    assert.equal(await page.getByLabel('Username').inputValue(), 'story');
    assert.equal(await page.getByLabel('Password').inputValue(), '');
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.locator('#user', { hasText: 'story' }).waitFor();
    assert.deepEqual(where(page), [LIST, {}]);
  });
});
