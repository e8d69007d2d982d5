// SPDX-License-Identifier: MIT
// Every kind of page on a phone and on a desk, in light and in dark: nothing runs over the edge, and axe-core has nothing against it.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { follow, run } from './admin.mjs';
import { filters, keepToasts, logOutButton, password, screenshots, send, violations, visiting } from './browser.mjs';

const user = 'looks';
const PAGES = [
  { name: 'start', path: '/' },
  { name: 'inbox', site: 'live', user, path: '/', find: 'drf-messages-bell li', send: 'Version 7 is live' },
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
  { name: 'admin-log-in', path: '/admin/' },
  { name: 'admin-log-in-error', path: '/admin/', wrongPassword: true },
  { name: 'admin-index', user: 'admin-looks', path: '/admin/' },
  { name: 'admin-nothing', user: 'guest', path: '/admin/' },
  { name: 'admin-list', user: 'admin-looks', path: '/admin/drf_messages/message/', long: true },
  { name: 'admin-list-filters', user: 'admin-looks', path: '/admin/drf_messages/message/?level=40&o=-2&q=report' },
  { name: 'admin-list-day', user: 'admin-looks', path: '/admin/drf_messages/message/?created__year=2024&created__month=5&created__day=7&view=shop:upload' },
  { name: 'admin-list-empty', user: 'admin-looks', path: '/admin/drf_messages/message/?q=nothing-like-it' },
  { name: 'admin-list-viewer', user: 'watcher', path: '/admin/drf_messages/message/?view=homework:typed' },
  { name: 'admin-add', user: 'admin-looks', path: '/admin/drf_messages/message/add/' },
  { name: 'admin-add-error', user: 'admin-looks', path: '/admin/drf_messages/message/add/', press: '[name=_save]' },
  { name: 'admin-add-search', site: 'crowded', user: 'admin-looks', path: '/admin/drf_messages/message/add/', fill: ['[name=user_search]', 'customer1'],
    press: '[name=_search_user]' },
  { name: 'admin-add-many', site: 'crowded', user: 'admin-looks', path: '/admin/drf_messages/message/add/', click: '.many-users summary' },
  { name: 'admin-change', user: 'admin-looks', path: '/admin/drf_messages/message/75/change/' },
  { name: 'admin-change-viewer', user: 'watcher', path: '/admin/drf_messages/message/75/change/' },
  { name: 'admin-change-german', site: 'closed', user: 'admin-looks', path: '/admin/drf_messages/message/75/change/' },
  { name: 'admin-list-german', site: 'closed', user: 'admin-looks', path: '/admin/drf_messages/message/?level=40' },
  { name: 'admin-delete', user: 'admin-looks', path: '/admin/drf_messages/message/75/delete/' },
  { name: 'admin-action', user: 'admin-looks', path: '/admin/drf_messages/message/?view=shop:upload', action: 'delete_selected' },
  { name: 'admin-history', user: 'admin-looks', path: '/admin/drf_messages/message/75/history/' },
  { name: 'admin-history-entries', user: 'admin-looks', path: '/admin/drf_messages/message/74/change/', press: '[name=_continue]',
    then: '/admin/drf_messages/message/74/history/' },
  { name: 'admin-notice', user: 'admin-looks', path: '/admin/drf_messages/message/73/change/', press: '[name=_save]' },
  { name: 'schema-reference', path: '/schema/reference/', long: true },
];
const WIDTHS = [1280, 390, 320];
const SCHEMES = ['light', 'dark'];

for (const kind of PAGES) {
  test(`the page ${kind.name}`, async () => {
    await visiting(kind, async (page) => {
      if (kind.send) {
        await keepToasts(page);
      }
      if (kind.readBefore) {
        await page.goto(kind.path);
      }
      assert.equal((await page.goto(kind.path)).status(), kind.status ?? 200);
      if (kind.find) {
        await page.locator(kind.find).first().waitFor();
      }
      if (kind.send) {
        await send(kind.site, kind.user, kind.send);
        await page.locator('drf-messages-toasts li', { hasText: kind.send }).waitFor();
      }
      if (kind.unfold) {
        await filters(page);
      }
      if (kind.wrongPassword) {
        await page.getByLabel('Username').fill('nobody');
        await page.getByLabel('Password').fill(`not ${password}`);
        await follow(page, () => page.keyboard.press('Enter'));
        await page.getByRole('alert').waitFor();
      }
      if (kind.action) {
        await run(page, kind.action, [0, 1]);
        await page.locator('#delete-form').waitFor();
      }
      if (kind.fill) {
        await page.fill(...kind.fill);
      }
      if (kind.click) {
        await page.click(kind.click);
      }
      if (kind.press) {
        await follow(page, page.locator(kind.press));
      }
      if (kind.then) {
        await page.goto(kind.then);
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
