// SPDX-License-Identifier: MIT
// The admin's pages by the names that Django's have.
import assert from 'node:assert/strict';

import { password } from './browser.mjs';

export const ADMIN = '/admin/';
export const LIST = '/admin/drf_messages/message/';

/** Clicks an element, or does something else, that leads to another page; waits until that is there. */
export async function follow(page, way) {
  const arrived = page.waitForEvent('load');
  await (typeof way === 'function' ? way() : way.click());
  await arrived;
}

/** The log-in that the page shows. */
export async function logInHere(page, user) {
  await page.locator('[name=username]').fill(user);
  await page.locator('[name=password]').fill(password);
  await follow(page, () => page.locator('[name=password]').press('Enter'));
}

export function logOutHere(page) {
  return page.locator('#logout-form button');
}

/** Opens the list of what such a query lets through. */
export async function lists(page, query) {
  assert.equal((await page.goto(`${LIST}?${query}`)).status(), 200);
  assert.equal(new URL(page.url()).searchParams.get('e'), null, page.url());
}

export function rows(page) {
  return page.locator('#result_list tbody tr');
}

/** The messages of the list. */
export async function texts(page) {
  return page.locator('#result_list tbody .field-message').allInnerTexts();
}

/** How many there are, in words. */
export async function counts(page) {
  return (await page.locator('.paginator').allInnerTexts()).join(' ');
}

/** The id of the message whose page it is. */
export function idOf(page) {
  return /message\/(\d+)\//.exec(page.url())[1];
}

/** What the page has to say first. */
export async function notice(page, kind) {
  return page.locator(`.messagelist li.${kind}`).first().innerText();
}

export async function said(page) {
  return page.locator('.messagelist').innerText();
}

/** Fills in tags that are new: rows that are blank, and more where these are not enough, which `more` asks a button for. */
export async function tags(page, words, more = (button) => button.click()) {
  const fields = page.locator('.inline-related:not(.empty-form) input[name^=extra_tags-][name$=-text]');
  for (const word of words) {
    const blank = async () => (await fields.evaluateAll((all) => all.map((one) => one.value))).indexOf('');
    if ((await blank()) < 0) {
      const before = await fields.count();
      await more(page.locator('.add-row button'));
      await fields.nth(before).waitFor();
    }
    await fields.nth(await blank()).fill(word);
  }
}

/** The tags that the form has. */
export async function tagsOf(page) {
  return page.locator('[name^=extra_tags-][name$=-text]').evaluateAll((all) => all.map((one) => one.value).filter(Boolean));
}

/** Runs an action on rows of the list, by their places. */
export async function run(page, action, places, { across = false, press = (button) => button.click() } = {}) {
  await page.locator('select[name=action]').first().selectOption(action);
  for (const place of places) {
    await page.locator('.action-select').nth(place).check();
  }
  if (across) {
    await page.locator('.actions [name=select_across]').first().check();
  }
  await follow(page, () => press(page.locator('.actions button[type=submit]').first()));
}

/** Opens the first message of a list. */
export async function openFirst(page) {
  await follow(page, rows(page).first().locator('a').first());
  assert.match(page.url(), /\/change\//);
}

/** Gives the one message of a list another text. */
export async function changed(page, query, text) {
  await lists(page, query);
  await openFirst(page);
  await page.locator('[name=message]').fill(text);
  await follow(page, page.locator('[name=_save]'));
  await notice(page, 'success');
}
