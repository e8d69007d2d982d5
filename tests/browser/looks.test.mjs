// SPDX-License-Identifier: MIT
// Every kind of page on a phone and on a desk, in light and in dark: nothing runs over the edge, and axe-core has nothing against it.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { filters, logOutButton, password, screenshots, violations, visiting } from './browser.mjs';

const user = 'looks';
const PAGES = [
  { name: 'start', path: '/' },
  { name: 'list', user, path: '/messages/?limit=3&offset=6' },
  { name: 'list-filters', user, path: '/messages/?level_tag=warning&search=report&ordering=-level', unfold: true },
  { name: 'list-empty', user, path: '/messages/?search=nothing-like-it' },
  { name: 'list-anonymous', path: '/messages/' },
  { name: 'filter-error', user, path: '/messages/?level=abc&created_after=yesterday', status: 400, unfold: true },
  { name: 'message', user, path: '/messages/74/', readBefore: true },
  { name: 'peek', user, path: '/messages/peek/' },
  { name: 'root', user, path: '/api/' },
  { name: 'api-not-found', user, path: '/messages/999999/', status: 404 },
  { name: 'not-found', path: '/nowhere/', status: 404, wcagAlone: true }, // Django's, to the byte
  { name: 'forbidden', site: 'closed', path: '/messages/', status: 403 },
  { name: 'german', site: 'closed', user, path: '/messages/?limit=3' },
  { name: 'log-in', path: '/api-auth/login/?next=/messages/' },
  { name: 'log-in-error', path: '/api-auth/login/?next=/messages/', wrongPassword: true },
  { name: 'logged-out', user: 'text', path: '/messages/', logOut: true },
  { name: 'schema-reference', path: '/schema/reference/', long: true },
];
const WIDTHS = [1280, 390, 320];
const SCHEMES = ['light', 'dark'];

for (const kind of PAGES) {
  test(`the page ${kind.name}`, async () => {
    await visiting(kind, async (page) => {
      if (kind.readBefore) {
        await page.goto(kind.path);
      }
      assert.equal((await page.goto(kind.path)).status(), kind.status ?? 200);
      if (kind.unfold) {
        await filters(page);
      }
      if (kind.wrongPassword) {
        await page.getByLabel('Username').fill('nobody');
        await page.getByLabel('Password').fill(`not ${password}`);
        await page.keyboard.press('Enter');
        await page.getByRole('alert').waitFor();
      }
      if (kind.logOut) {
        await logOutButton(page).evaluate((button) => button.form.setAttribute('action', '/api-auth/logout/'));
        await logOutButton(page).click();
        await page.waitForURL('**/logout/');
      }
      const found = [];
      for (const scheme of SCHEMES) {
        await page.emulateMedia({ colorScheme: scheme });
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          const over = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
          assert.ok(over <= 0, `${over} pixels over the edge at ${width}`);
          if (width !== 320) {
            await page.screenshot({ path: path.join(screenshots, `${kind.name}-${width}-${scheme}.png`), fullPage: !kind.long });
          }
          // Both widths and both schemes, but not each with each.
          if ((width === 1280 && scheme === 'light') || (width === 390 && scheme === 'dark')) {
            found.push(...await violations(page, kind));
          }
        }
      }
      assert.deepEqual(found, []);
    });
  });
}
