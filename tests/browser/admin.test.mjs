// SPDX-License-Identifier: MIT
// What the staff of a site do in the admin, with the mouse and with the permissions that they have.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  ADMIN, LIST, changed, counts, follow, idOf, lists, logInHere, logOutHere, notice, openFirst, run, said, tags, tagsOf, texts,
} from './admin.mjs';
import { visiting } from './browser.mjs';

test('a member of the staff logs in, finds, adds, changes, deletes and logs out', async () => {
  await visiting({}, async (page) => {
    await page.goto(LIST);
    assert.equal(new URL(page.url()).searchParams.get('next'), LIST);
    await logInHere(page, 'chief');
    assert.equal(new URL(page.url()).pathname, LIST);
    await follow(page, page.locator('.breadcrumbs a').first());
    assert.equal(new URL(page.url()).pathname, ADMIN);
    await follow(page, page.getByRole('link', { name: 'Messages', exact: true }).first());
    assert.equal(new URL(page.url()).pathname, LIST);

    // a filter, a search, an order, a page
    await follow(page, page.locator('#changelist-filter').getByRole('link', { name: 'school:pupil', exact: true }));
    assert.match(page.url(), /view=school/);
    assert.match(await counts(page), /\b230\b/);
    assert.equal((await texts(page)).length, 100);
    await follow(page, page.locator('.pagination, .paginator').getByRole('link', { name: '3', exact: true }));
    assert.match(page.url(), /[?&]p=/);
    assert.equal((await texts(page)).length, 30);
    await follow(page, page.locator('th.column-message a').first());
    assert.match(page.url(), /[?&]o=/);
    assert.equal((await texts(page))[0], 'Lesson 1 is ready');
    assert.match(page.url(), /view=school/);
    await page.locator('#changelist-search [name=q]').fill('lesson 23');
    await follow(page, () => page.locator('#changelist-search [name=q]').press('Enter'));
    assert.match(page.url(), /q=lesson/);
    assert.deepEqual(await texts(page), [123, 223, 23, 230].map((number) => `Lesson ${number} is ready`));

    // a day, by way of its year and its month
    await lists(page, 'view=school:pupil');
    for (let steps = 0; steps < 3 && !page.url().includes('created__day'); steps++) {
      const links = await Promise.all(['May 7', 'May 2024', '2024'].map((name) => page.locator('.date-hierarchy').getByRole('link', { name, exact: true }).all()));
      await follow(page, links.flat()[0]);
    }
    assert.match(page.url(), /created__day=7&created__month=5&created__year=2024/);
    assert.ok((await texts(page)).length > 1);
    assert.ok((await texts(page)).every((text) => (Number(/\d+/.exec(text)[0]) - 1) % 28 === 6));

    // add, with two tags
    await page.goto(LIST);
    await follow(page, page.locator('.object-tools').getByRole('link', { name: /add message/i }));
    assert.match(page.url(), /\/add\/(\?|$)/);
    await page.locator('[name=user]').selectOption({ label: 'pupil' });
    await page.locator('[name=message]').fill('Added <b>by hand</b>');
    await page.locator('[name=level]').selectOption({ label: 'warning' });
    await page.locator('[name=view]').fill('by:hand');
    await tags(page, ['one', 'two "three"']);
    await follow(page, page.locator('[name=_save]'));
    assert.match(page.url(), /\/message\/(\?|$)/);
    assert.match(await notice(page, 'success'), /Added <b>by hand<\/b>.*added successfully/);
    await lists(page, 'view=by:hand');
    assert.deepEqual(await texts(page), ['Added <b>by hand</b>']);

    // change it: another text, one tag less, one more
    await openFirst(page);
    const id = idOf(page);
    assert.deepEqual(await tagsOf(page), ['one', 'two "three"']);
    await page.locator('[name=message]').fill('Changed by hand');
    await page.locator('[name=extra_tags-0-DELETE]').check();
    await tags(page, ['four']);
    await follow(page, page.locator('[name=_continue]'));
    assert.match(await notice(page, 'success'), /changed successfully/);
    assert.equal(idOf(page), id);
    assert.deepEqual(await tagsOf(page), ['two "three"', 'four']);

    // its history
    await follow(page, page.locator('.object-tools').getByRole('link', { name: 'History' }));
    await page.locator('#change-history').waitFor();
    const history = await page.locator('#change-history tbody tr').allInnerTexts();
    assert.equal(history.length, 2);
    assert.match(history[0], /chief[\s\S]*Added/);
    assert.match(history[1], /chief[\s\S]*Changed[\s\S]*four/);
    await page.goto(`${LIST}${id}/change/`);

    // delete it, after all
    await follow(page, page.locator('.submit-row').getByRole('link', { name: 'Delete' }));
    await page.locator('#delete-form').waitFor();
    assert.match(await page.locator('main').innerText(), /Message tags: 2/);
    await follow(page, page.getByRole('link', { name: 'No, take me back' }));
    assert.match(page.url(), /\/change\//);
    await follow(page, page.locator('.submit-row').getByRole('link', { name: 'Delete' }));
    await follow(page, page.locator('#delete-form button[type=submit]'));
    assert.match(page.url(), /\/message\/(\?|$)/);
    assert.match(await notice(page, 'success'), /Changed by hand.*deleted successfully/);
    await lists(page, 'view=by:hand');
    assert.deepEqual(await texts(page), []);

    await page.goto(ADMIN);
    assert.match(await page.locator('#recent-actions-module').innerText(), /Changed by hand/);
    await follow(page, logOutHere(page));
    await page.goto(ADMIN);
    await page.locator('[name=password]').waitFor();
  });
});

test('rows are marked as read and unread, and deleted over all pages', async () => {
  await visiting({ user: 'chief' }, async (page) => {
    await lists(page, 'view=homework:pupil');
    await run(page, 'mark_read', [0]);
    await lists(page, 'view=homework:pupil&read_at__isnull=False');
    assert.equal((await texts(page)).length, 1);
    await run(page, 'mark_unread', [0]);
    await lists(page, 'view=homework:pupil&read_at__isnull=True');
    assert.equal((await texts(page)).length, 1);

    // nothing is selected: nothing happens
    await run(page, 'mark_read', []);
    assert.match(await said(page), /must be selected/);

    await lists(page, 'view=school:pupil');
    await page.locator('#action-toggle').check();
    assert.equal(await page.locator('.action-select:checked').count(), 100);
    assert.match(await page.locator('.action-counter').first().innerText(), /^100 of 100/);
    await page.locator('.action-select').first().uncheck();
    assert.match(await page.locator('.action-counter').first().innerText(), /^99 of 100/);
    assert.equal(await page.locator('#action-toggle').evaluate((box) => box.indeterminate), true);
    await run(page, 'delete_selected', [], { across: true });
    assert.match(await page.locator('main').innerText(), /230/);
    await follow(page, page.locator('#delete-form button[type=submit]').first());
    await page.locator('.messagelist', { hasText: /deleted 230/ }).waitFor();
    await lists(page, 'view=school:pupil');
    assert.deepEqual(await texts(page), []);
  });
});

test('who may only look can change nothing', async () => {
  await visiting({ user: 'watcher' }, async (page) => {
    await lists(page, 'view=homework:typed');
    assert.equal(await page.locator('.action-select, select[name=action]').count(), 0);
    assert.equal(await page.locator('.object-tools a', { hasText: /add/i }).count(), 0);
    await openFirst(page);
    assert.equal(await page.locator('#message_form input:not([type=hidden]), #message_form select, #message_form textarea, [name=_save]').count(), 0);
    assert.match(await page.locator('main').innerText(), /The homework of typed/);
    assert.equal(await page.locator('main').getByText('homework', { exact: true }).count(), 0, 'tags need a permission of their own');
    for (const path of ['add/', `${idOf(page)}/delete/`]) {
      assert.equal((await page.goto(LIST + path)).status(), 403);
    }
  });
});

test('who may add but not change finds no field in a message that is there', async () => {
  await visiting({ user: 'writer' }, async (page) => {
    await page.goto(`${LIST}add/`);
    assert.equal(await page.locator('[name^=extra_tags]').count(), 0);
    await page.locator('[name=user]').selectOption({ label: 'plainly' });
    await page.locator('[name=message]').fill('By the writer');
    await page.locator('[name=level]').selectOption({ label: 'info' });
    await page.locator('[name=view]').fill('by:writer');
    await follow(page, page.locator('[name=_save]'));
    assert.match(await notice(page, 'success'), /By the writer/);
    await lists(page, 'view=by:writer');
    await openFirst(page);
    assert.equal(await page.locator('[name=message], .deletelink').count(), 0);
    assert.equal((await page.goto(`${LIST}${idOf(page)}/delete/`)).status(), 403);
  });
});

test('who may change sees the tags of a message, and may neither change them nor delete it', async () => {
  await visiting({ user: 'editor' }, async (page) => {
    await lists(page, 'view=homework:plainly');
    assert.equal(await page.locator('option[value=delete_selected]').count(), 0);
    assert.equal(await page.locator('option[value=mark_read]').count(), 1);
    await changed(page, 'view=homework:plainly', 'Changed by the editor');
    await lists(page, 'view=homework:plainly');
    assert.deepEqual(await texts(page), ['Changed by the editor']);
    await openFirst(page);
    assert.match(await page.locator('.inline-group').innerText(), /files/);
    assert.equal(await page.locator('[name$=-text], [name$=-DELETE], .deletelink').count(), 0);
    assert.equal((await page.goto(`${LIST}add/`)).status(), 403);
  });
});

test('who may delete finds the way to it, and no field', async () => {
  await visiting({ user: 'cleaner' }, async (page) => {
    await lists(page, 'view=homework:plainly');
    assert.equal(await page.locator('option[value=mark_read]').count(), 0);
    await run(page, 'delete_selected', [0]);
    assert.match(await page.locator('main').innerText(), /Message tags: 2/);
    await follow(page, page.getByRole('link', { name: 'No, take me back' }));
    assert.match(page.url(), /view=homework/);
    await openFirst(page);
    assert.equal(await page.locator('[name=message]').count(), 0);
    await follow(page, page.locator('.deletelink'));
    await page.locator('#delete-form').waitFor();
  });
});

test('who may enter and nothing else is told so', async () => {
  await visiting({ user: 'guest' }, async (page) => {
    await page.goto(ADMIN);
    await page.getByText('You don’t have permission to view or edit anything.').waitFor();
    for (const path of [LIST, `${LIST}add/`, `${LIST}1/change/`, `${LIST}1/history/`, `${LIST}999999/history/`]) {
      assert.equal((await page.goto(path)).status(), 403, path);
    }
  });
});

test('who is no staff is told so by the log-in', async () => {
  await visiting({ user: 'story' }, async (page) => {
    await page.goto(ADMIN);
    await logInHere(page, 'keyboard');
    await page.getByText('for a staff account').waitFor();
    assert.equal(await page.locator('[name=password]').inputValue(), '');
  });
});

test('a wrong value is named beside its field, and what was entered is kept', async () => {
  await visiting({ user: 'chief' }, async (page) => {
    await page.goto(`${LIST}add/`);
    await page.locator('[name=message]').fill('kept "as it" <is>');
    await page.locator('[name=read_at_0]').fill('yesterday');
    await tags(page, ['x'.repeat(128)]);
    await follow(page, page.locator('[name=_save]'));
    await page.locator('.errornote').waitFor();
    assert.equal(await page.locator('[name=message]').inputValue(), 'kept "as it" <is>');
    assert.equal(await page.locator('[name=read_at_0]').inputValue(), 'yesterday');
    assert.equal(await page.locator('[name="extra_tags-0-text"]').inputValue(), 'x'.repeat(128));
    for (const [name, error] of [['user', 'This field is required.'], ['read_at_0', 'Enter a valid date.']]) {
      const field = page.locator(`[name=${name}]`);
      assert.equal(await field.getAttribute('aria-invalid'), 'true', name);
      const ids = (await field.getAttribute('aria-describedby')).split(' ');
      const words = await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).innerText()));
      assert.ok(words.some((text) => text.includes(error)), `${name}: ${words}`);
    }
  });
});

test('a notice is shown once', async () => {
  await visiting({ user: 'chief' }, async (page) => {
    await page.goto(`${LIST}987654/change/`);
    assert.match(await notice(page, 'warning'), /987654.*Perhaps it was deleted/);
    await page.goto(ADMIN);
    assert.equal(await page.locator('.messagelist li').count(), 0);
  });
});

test('where there are too many users for a list, they are searched for', async () => {
  await visiting({ user: 'chief', site: 'crowded' }, async (page) => {
    await page.goto(`${LIST}add/`);
    assert.equal(await page.locator('select[name=user]').count(), 0);
    await page.locator('[name=message]').fill('Found');
    await page.locator('[name=level]').selectOption({ label: 'info' });
    await page.locator('[name=view]').fill('by:search');
    await page.locator('[name=user_search]').fill('customer11');
    await follow(page, page.locator('[name=_search_user]'));
    assert.deepEqual(await page.locator('.found label').allInnerTexts(), ['customer11', ...Array.from({ length: 10 }, (_, n) => `customer11${n}`)]);
    assert.equal(await page.locator('[name=message]').inputValue(), 'Found');
    await page.locator('.found').getByLabel('customer117', { exact: true }).check();
    await follow(page, page.locator('[name=_save]'));
    assert.match(await notice(page, 'success'), /Found.*added successfully/);
    await lists(page, 'view=by:search');
    assert.deepEqual(await page.locator('.field-user').allInnerTexts(), ['customer117']);
  });
});

test('a message goes to many users, or to all', async () => {
  await visiting({ user: 'chief', site: 'crowded' }, async (page) => {
    const write = async (view) => {
      await page.goto(`${LIST}add/`);
      await page.locator('[name=message]').fill('To many');
      await page.locator('[name=level]').selectOption({ label: 'warning' });
      await page.locator('[name=view]').fill(view);
      await tags(page, ['all']);
      await page.locator('.many-users summary').click();
    };
    await write('to:two');
    await page.locator('[name=user_names]').fill('customer3\nnobody at all\ncustomer5');
    await follow(page, page.locator('[name=_save]'));
    await page.locator('.many-users .errorlist', { hasText: 'nobody at all' }).waitFor();
    await page.locator('[name=user_names]').fill('customer3\ncustomer5\n');
    await follow(page, page.locator('[name=_save]'));
    assert.match(await notice(page, 'success'), /added 2 messages/);
    await lists(page, 'view=to:two&o=6');
    assert.deepEqual(await page.locator('.field-user').allInnerTexts(), ['customer3', 'customer5']);

    // Back to the form, which comes anew, and the same button once more.
    for (const choose of [() => page.locator('[name=user_names]').fill('customer3\ncustomer5'), () => page.locator('[name=all_users]').check()]) {
      await write('to:back');
      await choose();
      await page.locator('[name=_save]').click();
      await page.locator('.messagelist', { hasText: /added \d+ messages/ }).waitFor();
      await page.waitForLoadState(); // it has its place in the history
      await lists(page, 'view=to:back');
      const before = await counts(page);
      await page.goBack();
      await page.goBack();
      await page.locator('[name=message]').waitFor();
      await page.locator('[name=_save]').click();
      await page.locator('#message_form .errornote, .messagelist').first().waitFor();
      await lists(page, 'view=to:back');
      assert.equal(await counts(page), before);
    }

    await write('to:all');
    await page.locator('[name=all_users]').check();
    await page.locator('[name=_save]').click();
    await page.locator('.messagelist', { hasText: /added \d+ messages/ }).waitFor();
    await lists(page, 'view=to:all');
    assert.ok(Number(/\d+/.exec(await counts(page))[0]) > 150);
  });
});
