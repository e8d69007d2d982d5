// SPDX-License-Identifier: MIT
// What the module uses of a browser and Node lacks: a cookie, locks, events of the window. And a clock that a test sets. Several inboxes of one process are tabs.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;

/** Web Locks, as far as the module uses them: one holder a name, the others in a row; `steal` takes it away. */
export class FakeLocks {
  held = new Map();
  rows = new Map();

  request(name, options, lead) {
    return new Promise((resolve, reject) => {
      const refuse = () => reject(new DOMException('aborted', 'AbortError'));
      const one = { lead, resolve, refuse };
      const row = this.rows.get(name) ?? [];
      this.rows.set(name, row);
      options.signal?.addEventListener('abort', () => {
        if (row.includes(one)) {
          row.splice(row.indexOf(one), 1);
          refuse();
        }
      });
      if (options.steal) {
        this.held.get(name)?.refuse();
        this.held.delete(name);
        row.unshift(one);
      } else {
        row.push(one);
      }
      this.grant(name);
    });
  }
  async grant(name) {
    const one = !this.held.has(name) && this.rows.get(name).shift();
    if (one) {
      this.held.set(name, one);
      await one.lead();
      one.resolve();
      if (this.held.get(name) === one) {
        this.held.delete(name);
        this.grant(name);
      }
    }
  }
}

/** Makes this process a browser, for the tests of a file. */
export function becomeBrowser() {
  const browserWindow = new EventTarget();
  const locks = new FakeLocks();
  const looks = new Set();
  let now = 1_700_000_000_000;
  globalThis.setInterval = (look) => {
    looks.add(look);
    return look;
  };
  globalThis.clearInterval = (look) => looks.delete(look);
  Date.now = () => now;
  globalThis.addEventListener = browserWindow.addEventListener.bind(browserWindow);
  globalThis.document = { cookie: 'other=1; csrftoken=of-ann', hidden: false };
  Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
  /** So much time passes at once, as when the machine sleeps; otherwise none does. */
  const pass = (seconds) => {
    now += 1000 * seconds;
    for (const look of [...looks]) {
      look();
    }
  };
  return { pass, happens: (name, more = {}) => browserWindow.dispatchEvent(Object.assign(new Event(name), more)), locks };
}

/** When a snapshot of the inbox fulfils it. */
export const until = (inbox, fulfils) =>
  new Promise((resolve) => {
    const leave = inbox.subscribe((now) => {
      if (fulfils(now)) {
        queueMicrotask(() => leave());
        resolve(now);
      }
    });
  });
