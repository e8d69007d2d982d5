// SPDX-License-Identifier: MIT
// The admin by keyboard alone, and without JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ADMIN, LIST, counts, follow, lists, logInHere, logOutHere, notice, rows, run, tags, tagsOf, texts } from './admin.mjs';
import { isFocused, password, tabTo, visiting } from './browser.mjs';

test('the admin is used by keyboard alone', async () => {
  await visiting({}, async (page) => {
    const press = async (element, key = 'Enter') => {
      await tabTo(page, element);
      await (key === 'Enter' ? follow(page, () => page.keyboard.press(key)) : page.keyboard.press(key));
    };
    await page.goto(LIST);
    await isFocused(page, 'username');
    await page.keyboard.type('typist'); // the field for the name has the focus from the start
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await follow(page, () => page.keyboard.press('Enter'));
    assert.equal(new URL(page.url()).pathname, LIST);

    // the first stop of all leads past what every page has
    await page.keyboard.press('Tab');
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('href')), /^#/);

    await tabTo(page, page.locator('#changelist-search [name=q]'));
    await page.keyboard.type('homework typed');
    await follow(page, () => page.keyboard.press('Enter'));
    await press(page.locator('#changelist-filter').getByRole('link', { name: 'homework:typed', exact: true }));
    assert.match(page.url(), /view=homework/);
    assert.equal((await texts(page)).length, 1);
    await press(rows(page).first().locator('a').first());
    assert.match(page.url(), /\/change\//);
    await tabTo(page, page.locator('[name=message]'));
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Typed');
    await follow(page, () => page.keyboard.press('Enter')); // as Save
    assert.match(page.url(), /\/message\/(\?|$)/);
    assert.match(await notice(page, 'success'), /Typed.*changed successfully/);

    await lists(page, 'view=school:typed&q=lesson+17');
    await tabTo(page, page.locator('select[name=action]').first());
    await page.keyboard.type('Delete'); // no blank: where typing was interrupted it would open the list
    await press(page.locator('#action-toggle'), 'Space');
    assert.ok(await page.locator('.action-select').first().isChecked());
    await press(page.locator('.actions button[type=submit]').first());
    await press(page.locator('#delete-form button[type=submit]').first());
    assert.match(await notice(page, 'success'), /deleted \d+ messages/);
    await press(logOutHere(page));
    await page.goto(ADMIN);
    await page.locator('[name=password]').waitFor();
  });
});

test('all of the admin works without JavaScript', async () => {
  await visiting({ javaScriptEnabled: false }, async (page) => {
    // Without scripts the browser cannot be asked whether a button has come to rest before it is clicked.
    const press = (element) => element.press('Enter');
    const go = (element) => follow(page, () => press(element));
    await page.goto(ADMIN);
    await logInHere(page, 'scriptless');
    await page.goto(LIST);
    assert.equal(await page.locator('#action-toggle').isVisible(), false, 'it can do nothing here');
    await go(page.locator('.object-tools').getByRole('link', { name: /add message/i }));
    assert.match(page.url(), /\/add\//);
    await page.locator('[name=user]').selectOption({ label: 'plainly' });
    await page.locator('[name=message]').fill('Without a script');
    await page.locator('[name=level]').selectOption({ label: 'error' });
    await page.locator('[name=view]').fill('by:plain');
    await tags(page, ['first', 'second'], go);
    await go(page.locator('[name=_continue]'));
    assert.match(await notice(page, 'success'), /Without a script/);
    assert.deepEqual(await tagsOf(page), ['first', 'second']);
    await page.locator('[name=extra_tags-0-DELETE]').check();
    await tags(page, ['third'], go);
    await go(page.locator('[name=_continue]'));
    assert.deepEqual(await tagsOf(page), ['second', 'third']);

    await lists(page, 'view=school:plainly');
    await run(page, 'mark_read', [0], { press });
    await page.locator('.messagelist').waitFor();
    await lists(page, 'view=school:plainly&read_at__isnull=False');
    assert.match(await counts(page), /\b1\b/);

    await lists(page, 'view=school:plainly');
    await run(page, 'delete_selected', [0], { across: true, press });
    await go(page.locator('#delete-form button[type=submit]').first());
    await page.locator('.messagelist', { hasText: /deleted 230/ }).waitFor();
    await lists(page, 'view=school:plainly');
    assert.deepEqual(await texts(page), []);
    await go(logOutHere(page));
    await page.goto(ADMIN);
    await page.locator('[name=password]').waitFor();
  });
});
