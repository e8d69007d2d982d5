// SPDX-License-Identifier: MIT
// drf-messages.js against a server that does what a test wants. Several inboxes are several tabs of one browser.
import assert from 'node:assert/strict';
import { beforeEach, afterEach, test } from 'node:test';

import { connect } from '../../clients/javascript/drf-messages.js';
import { becomeBrowser, until } from './browser.mjs';
import { FakeSite } from './fake_site.mjs';

let browser;
let site;
let tabs;

beforeEach(async () => {
  browser = becomeBrowser();
  site = await new FakeSite().listen();
  tabs = [];
});
afterEach(() => {
  for (const tab of tabs) {
    tab.close();
  }
  site.close();
});

const open = (options = {}) => {
  const inbox = connect(site.url, { retry: 0.01, ...options });
  tabs.push(inbox);
  return inbox;
};
const texts = ({ messages }) => messages.map(({ message }) => message);
const asked = (path, method = 'GET') => site.requests.filter((one) => one.path === path && one.method === method);
/** The next request that fulfils it. */
const request = (fulfils) => new Promise((resolve) => {
  const before = site.onRequest;
  site.onRequest = (one) => {
    before(one);
    if (fulfils(one)) {
      site.onRequest = before;
      resolve(one);
    }
  };
});

/** When there are so many streams. */
const streams = (count) => new Promise((resolve) => {
  site.onStream = () => site.streams.size === count && resolve();
  site.onStream();
});

test('lists, then follows: created, read elsewhere, unread again, deleted', async () => {
  site.add('old');
  site.mark([1], true);
  site.add('urgent', { level: 40 });
  const inbox = open();
  assert.deepEqual([inbox.messages, inbox.unread, inbox.level, inbox.online, inbox.ready], [[], 0, null, true, false]);
  assert.deepEqual(texts(await until(inbox, (now) => now.level === 40)), ['urgent', 'old']);
  assert.equal(asked('')[0].query.get('mark'), 'false');
  assert.equal(asked('stream/')[0].headers['last-event-id'], 'k3x9ab-3');
  site.add('new');
  assert.deepEqual(texts(await until(inbox, (now) => now.unread === 2)), ['new', 'urgent', 'old']);
  site.mark([2], true);
  assert.equal((await until(inbox, (now) => now.unread === 1)).level, 20);
  site.mark([1], false);
  await until(inbox, (now) => now.unread === 2);
  site.delete(2);
  assert.deepEqual(texts(await until(inbox, (now) => now.messages.length === 2)), ['new', 'old']);
  assert.equal(inbox.messages.length, 2);
});

test('a stream may be cut anywhere, and end its lines in any way', async () => {
  const events = [':\r\n: a comment\n', 'retry: 7\r', 'id: k3x9ab-0\revent: hello\rdata: {"count":0,\rdata: "max_level":null}\r\r',
    'id: k3x9ab-1\r\nevent: created\r\ndata: {"message":{"id":1,"message":"Grüße ✓ 😀\\u2028"},\r\ndata:"count":1,"max_level":20}\r\n\r\n',
    'data: {"message":{"id":2,"message":"last"},"count":2,"max_level":30}\nid:k3x9ab-2\nunknown: x\nevent\n\n',
    'data: {"message":{"id":3,"message":"cut off"},"count":3}\nid: k3x9ab-3\n'];
  const bytes = new TextEncoder().encode(events.join(''));
  for (const size of [1, 2, 7, bytes.length]) {
    let resume;
    site.refuse['stream/'] = ({ headers }, response) => {
      if (resume) {
        resume(headers['last-event-id']);
        response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
        return 'answered';
      }
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
      (async () => {
        for (let at = 0; at < bytes.length; at += size) {
          await new Promise((resolve) => response.write(bytes.subarray(at, at + size), () => setImmediate(resolve)));
        }
        response.end();
      })();
      return 'answered';
    };
    const resumed = new Promise((resolve) => {
      const inbox = open();
      until(inbox, (now) => now.unread === 2).then((now) => {
        assert.deepEqual(texts(now), ['last', 'Grüße ✓ 😀\u2028']);
        assert.equal(now.level, 30);
        resume = (state) => {
          inbox.close();
          resolve(state);
        };
      });
    });
    assert.equal(await resumed, 'k3x9ab-2');
  }
});

test('a stream that ends goes on where it was, and nothing is lost', async () => {
  const inbox = open();
  await streams(1);
  const again = request(({ path }) => path === 'stream/');
  site.hangUp();
  site.add('meanwhile');
  assert.equal((await again).headers['last-event-id'], 'k3x9ab-0');
  await until(inbox, (now) => now.unread === 1);
  assert.equal(asked('').length, 1);
});

test('5xx and a server that is away are told, and tried again', async () => {
  const inbox = open();
  await until(inbox, (now) => now.ready);
  for (const status of [500, 502, 503]) {
    site.refuse['stream/'] = status;
    site.hangUp();
    await until(inbox, (now) => !now.online);
    site.refuse = {};
    await until(inbox, (now) => now.online);
  }
  site.refuse['stream/'] = (_, response) => {
    response.destroy();
    return 'answered';
  };
  site.hangUp();
  await until(inbox, (now) => !now.online);
  site.refuse = {};
  browser.happens('offline');
  await until(inbox, (now) => !now.online);
  browser.happens('online');
  await until(inbox, (now) => now.online);
  site.add('after all');
  await until(inbox, (now) => now.unread === 1);
});

test('a browser that goes offline believes nothing that was on its way', async () => {
  let greet;
  const cut = (_, response) => {
    response.destroy();
    return 'answered';
  };
  site.refuse['stream/'] = (seen, response) => {
    greet = () => site.stream(seen, response);
    return 'answered';
  };
  const began = request(({ path }) => path === 'stream/');
  const inbox = open();
  await began;
  site.refuse = { '': cut, 'stream/': cut };
  const again = request(({ path }) => path === 'stream/');
  browser.happens('offline');
  greet();
  assert.equal(await Promise.race([again.then(() => 'asks again'), until(inbox, (now) => now.online)]), 'asks again');
  assert.equal(inbox.online, false);
  site.refuse = {};
  site.add('meanwhile');
  await until(inbox, (now) => now.online && now.unread === 1);
  browser.happens('offline'); // and it was a false alarm
  await until(inbox, (now) => now.online);
  await streams(1);
});

test('a stream that went silent is begun anew, and goes on where it was', async () => {
  site.add('one');
  const inbox = open();
  await until(inbox, (now) => now.level === 20);
  browser.pass(49);
  const again = request(({ path }) => path === 'stream/');
  browser.pass(2);
  assert.equal((await again).headers['last-event-id'], 'k3x9ab-1');
  assert.equal(inbox.online, true);
  site.add('two');
  await until(inbox, (now) => now.unread === 2);
  assert.equal(asked('').length, 1);
});

test('behind a proxy that keeps a stream to itself it asks with long polls', async () => {
  site.refuse['stream/'] = (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    return 'answered';
  };
  const inbox = open();
  await request(({ path }) => path === 'stream/');
  const long = request(({ path, query }) => path === 'changes/' && query.get('wait') === '25');
  browser.pass(11);
  assert.equal((await long).query.get('since'), 'k3x9ab-0');
  site.add('by a long poll');
  await until(inbox, (now) => now.unread === 1);
});

for (const status of [404, 406, 429, 501]) {
  test(`without a stream (${status}) it asks with long polls`, async () => {
    site.refuse['stream/'] = status;
    site.add('before');
    const inbox = open();
    await until(inbox, (now) => now.level === 20);
    for (const text of ['one', 'two', 'three']) {
      await request(({ path, query }) => path === 'changes/' && query.get('wait') !== '0');
      site.add(text);
      await until(inbox, (now) => now.messages[0].message === text);
    }
    site.delete(2);
    await until(inbox, (now) => now.messages.length === 3);
    assert.equal(asked('').length, 1);
  });
}

test('a page in the place of a stream is none', async () => {
  site.refuse['stream/'] = (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>not found');
    return 'answered';
  };
  const inbox = open();
  await request(({ path }) => path === 'changes/');
  await until(inbox, (now) => now.ready);
});

test('a server that cannot wait is asked by its interval', async () => {
  site.refuse['stream/'] = 501;
  site.extensions.wait = false;
  site.pollInterval = 0.02;
  const inbox = open();
  await until(inbox, (now) => now.ready);
  await request(({ path, query }) => path === 'changes/' && query.get('wait') !== '0');
  site.add('later');
  await until(inbox, (now) => now.unread === 1);
});

test('without stream and changes it asks for the list, by ETag and interval', async () => {
  site.refuse = { 'stream/': 404, 'changes/': 404 };
  site.extensions.state = false;
  site.pollInterval = 0.02;
  site.add('before', { level: 30 });
  const inbox = open();
  await until(inbox, (now) => now.level === 30);
  const conditional = await request(({ path, headers }) => path === '' && headers['if-none-match']);
  assert.match(conditional.headers['if-none-match'], /^W\//);
  const peeks = asked('peek/').length;
  await request(({ path }) => path === '');
  assert.equal(asked('peek/').length, peeks);
  site.add('later');
  await until(inbox, (now) => now.unread === 2);
});

test('a state that expired while the server was away: it lists again', async () => {
  site.refuse['stream/'] = 404;
  const inbox = open();
  await until(inbox, (now) => now.ready);
  await request(({ path, query }) => path === 'changes/' && query.get('wait') !== '0');
  site.refuse['changes/'] = 503;
  site.add('refused');
  await until(inbox, (now) => !now.online);
  site.refuse = { 'stream/': 404 };
  site.epoch = 'another';
  site.log = [];
  site.messages = [];
  site.add('of a backup');
  assert.deepEqual(texts(await until(inbox, (now) => now.messages[0]?.message === 'of a backup')), ['of a backup']);
});

test('a stream that says reset: it lists again', async () => {
  site.add('gone later');
  const inbox = open();
  await until(inbox, (now) => now.level === 20);
  site.epoch = 'another';
  site.messages = [];
  site.log = [];
  site.add('of a backup');
  site.hangUp();
  assert.deepEqual(texts(await until(inbox, (now) => now.messages.every(({ message }) => message === 'of a backup'))), ['of a backup']);
});

for (const status of [204, 401, 403]) {
  test(`${status}: it empties itself, stops, and says so`, async () => {
    site.add('secret');
    const inbox = open();
    await until(inbox, (now) => now.level === 20);
    site.refuse['stream/'] = status;
    site.hangUp();
    const { online, ...now } = await until(inbox, (one) => one.ended);
    assert.deepEqual(now, { messages: [], unread: 0, level: null, ready: false, ended: true, undoable: false });
    const requests = site.requests.length;
    browser.happens('online');
    await inbox.undo();
    assert.equal(site.requests.length, requests);
  });
}

test('marks show at once, and are sent with the token of the cookie', async () => {
  site.add('one', { level: 40 });
  site.add('two');
  const inbox = open();
  await until(inbox, (now) => now.level === 40);
  const marked = inbox.markRead(1);
  assert.deepEqual([inbox.unread, Boolean(inbox.messages[1].read_at), inbox.undoable], [1, true, false]);
  assert.equal(await marked, true);
  assert.equal(inbox.level, 20);
  const [{ headers, body }] = asked('read/', 'POST');
  assert.deepEqual([headers['x-csrftoken'], body], ['of-ann', { ids: [1] }]);
  assert.equal(await inbox.markAllRead(), true);
  assert.deepEqual([inbox.unread, inbox.level, inbox.undoable], [0, null, true]);
  assert.equal(await inbox.undo(), true);
  assert.deepEqual([inbox.unread, inbox.messages.map(({ read_at }) => Boolean(read_at))], [1, [false, true]]);
  assert.equal(await inbox.undo(), true);
  assert.equal(await inbox.undo(), undefined);
  assert.equal(await inbox.markUnread(1, 2), true);
  assert.equal(inbox.unread, 2);
  assert.equal(await inbox.remove(1), true);
  assert.deepEqual([texts(inbox), inbox.unread], [['two'], 1]);
  assert.deepEqual(site.messages.map(({ id }) => id), [2]);
});

test('all is what was seen, not what came meanwhile', async () => {
  site.add('seen');
  const inbox = open();
  await until(inbox, (now) => now.level === 20);
  site.refuse['read/'] = () => {
    site.refuse = {};
    site.add('meanwhile');
  };
  await inbox.markAllRead();
  assert.deepEqual((await until(inbox, (now) => now.messages.length === 2)).messages.map(({ read_at }) => Boolean(read_at)), [false, true]);
});

test('a mark that cannot be saved is taken back', async () => {
  site.add('one');
  const inbox = open();
  await until(inbox, (now) => now.level === 20);
  for (const status of [400, 403, 404, 503]) {
    site.refuse['read/'] = status;
    site.requests = [];
    const marked = inbox.markRead(1);
    assert.equal(inbox.unread, 0);
    assert.equal(await marked, false);
    assert.equal(inbox.unread, 1);
    assert.equal(asked('read/', 'POST').length, status === 503 ? 3 : 1);
  }
  let times = 0;
  site.refuse['read/'] = () => (times++ ? 0 : 502);
  assert.equal(await inbox.markRead(1), true);
  assert.equal(inbox.unread, 0);
});

test('only the newest are kept, and the badge counts all', async () => {
  for (let number = 1; number <= 5; number++) {
    site.add(`${number}`);
  }
  const inbox = open({ limit: 3 });
  await until(inbox, (now) => now.unread === 5);
  site.add('6');
  assert.deepEqual(texts(await until(inbox, (now) => now.unread === 6)), ['6', '5', '4']);
  await inbox.markRead(6);
  assert.equal(inbox.unread, 5);
});

/** Keeps back what the stream says, until the function that it returns is called. */
const holdBack = () => {
  const [stream] = site.streams;
  const held = [];
  stream.write = (text) => held.push(text);
  return () => {
    delete stream.write;
    held.forEach((text) => stream.write(text));
  };
};
/** When an inbox has heard of all that the site has done. */
const upToDate = (inbox) => {
  const { message } = site.add('the last', { read_at: '2024-01-03T00:00:00Z' });
  return until(inbox, ({ messages }) => messages[0].message === message).then(() => site.delete(site.messages[0].id))
    .then(() => until(inbox, ({ messages }) => messages[0].message !== message));
};
/** Every number that the inbox shows from now on. */
const countsOf = (inbox) => {
  const counts = [];
  inbox.subscribe(({ unread }) => unread === counts.at(-1) || counts.push(unread));
  return counts;
};

test('a mark counts once, where the stream tells of it late', async () => {
  for (const text of ['1', '2', '3', '4', '5']) {
    site.add(text);
  }
  const inbox = open();
  await until(inbox, (now) => now.level === 20);
  await streams(1);
  const letGo = holdBack();
  const counts = countsOf(inbox);
  await inbox.markRead(1);
  await inbox.markRead(2, 3);
  letGo();
  await upToDate(inbox);
  assert.deepEqual(counts, [5, 4, 2]);
});

for (const limit of [50, 3]) {
  test(`a mark counts once, where the stream tells of it before it is answered, with ${limit} in the list`, async () => {
    for (const text of ['1', '2', '3', '4', '5']) {
      site.add(text);
    }
    const inbox = open({ limit });
    await until(inbox, (now) => now.level === 20);
    const counts = countsOf(inbox);
    site.refuse['read/'] = (_, response, say) => {
      const answer = site.mark([1, 2, 3, 4, 5], true);
      upToDate(inbox).then(() => say(200, answer));
      return 'answered';
    };
    await inbox.markAllRead();
    assert.deepEqual(counts, [5, 0]);
    site.refuse['unread/'] = ({ body }, response, say) => {
      const answer = site.mark(body.ids, false);
      upToDate(inbox).then(() => say(200, answer));
      return 'answered';
    };
    await inbox.undo();
    assert.equal(inbox.unread, 5);
    assert.ok(limit === 3 || counts.length === 3, `${counts}`); // those that are not listed come with the answer
  });
}

test('what another does while a mark is on its way counts too', async () => {
  site.add('one');
  site.add('two');
  const inbox = open();
  await until(inbox, (now) => now.level === 20);
  const counts = countsOf(inbox);
  site.refuse['read/'] = (_, response, say) => {
    const answer = site.mark([1], true);
    site.add('meanwhile');
    until(inbox, (now) => now.messages.length === 3).then(() => say(200, answer));
    return 'answered';
  };
  await inbox.markRead(1);
  await upToDate(inbox);
  assert.deepEqual([counts, inbox.messages.map(({ read_at }) => Boolean(read_at))], [[2, 1, 2], [false, false, true]]);
});

test('what is marked after the end of the connection is marked', async () => {
  site.add('one');
  site.add('two');
  const inbox = open();
  await until(inbox, (now) => now.level === 20);
  inbox.close();
  assert.equal(await inbox.markRead(1), true);
  assert.equal(await inbox.markRead(2), true);
  assert.equal(inbox.unread, 0);
});

test('an event without an id leaves the state as it was', async () => {
  const inbox = open();
  await streams(1);
  const again = request(({ path }) => path === 'stream/');
  const [stream] = site.streams;
  stream.write('event: badge\ndata: {"count":3,"max_level":20}\n\n');
  await until(inbox, (now) => now.unread === 3);
  site.hangUp();
  assert.equal((await again).headers['last-event-id'], 'k3x9ab-0');
});

test('ten tabs have one stream and one list', async () => {
  site.add('for all');
  const first = open();
  await until(first, (now) => now.level === 20); // those that greet it while it lists make it begin anew
  const all = [first, ...Array.from({ length: 9 }, () => open())];
  await Promise.all(all.map((tab) => until(tab, (now) => now.level === 20)));
  assert.equal(asked('').length, 1);
  site.add('news');
  await Promise.all(all.map((tab) => until(tab, (now) => now.unread === 2)));
  await streams(1);
  // A mark in one is there in all, and one that closes leaves its place to another.
  assert.equal(await all[9].markRead(1), true);
  await Promise.all(all.map((tab) => until(tab, (now) => now.unread === 1)));
  all[0].close();
  site.add('more');
  await Promise.all(all.slice(1).map((tab) => until(tab, (now) => now.unread === 2)));
  site.logOut();
  assert.ok((await Promise.all(all.slice(1).map((tab) => until(tab, (now) => now.ended)))).every((now) => now.messages.length === 0));
});

test('a tab takes the connection from one that sleeps', async () => {
  const tab = open();
  await streams(1);
  const [name] = browser.locks.held.keys();
  browser.locks.request(name, { steal: true }, () => new Promise(() => {})).catch(() => {}); // by one that says nothing
  await streams(0);
  browser.pass(76);
  await streams(1);
  site.add('heard');
  await until(tab, (now) => now.unread === 1);
});

test('who is not logged in sees nothing of a tab that does not know it yet', async () => {
  site.add('secret');
  const first = open();
  await until(first, (now) => now.level === 20);
  site.user = null; // logged out; the stream has not heard of it
  const second = open();
  const seen = [];
  second.subscribe((now) => seen.push(now.messages.length));
  await until(second, (now) => now.ended);
  await until(first, (now) => now.ended);
  assert.deepEqual(seen.filter(Boolean), []);
});

test('who logs in after somebody else neither hears nor shows his', async () => {
  site.add('of ann');
  const anns = open();
  await until(anns, (now) => now.level === 20);
  document.cookie = 'csrftoken=of-bob'; // Django changes it with each login
  site.messages = [];
  const bobs = open();
  const seen = [];
  bobs.subscribe((now) => seen.push(...texts(now)));
  await until(bobs, (now) => now.ready);
  site.add('of bob');
  await until(anns, (now) => now.ended);
  assert.deepEqual(anns.messages, []);
  await until(bobs, (now) => now.messages.length === 1);
  assert.deepEqual([...new Set(seen)], ['of bob']);
  assert.equal([...browser.locks.held.keys()].some((name) => /ann|bob/.test(name)), false);
});

test('a token in the place of cookies, and what is given where they cannot be read', async () => {
  document.cookie = '';
  const inbox = open({ headers: () => ({ Authorization: 'Token 123' }) });
  await until(inbox, (now) => now.ready);
  assert.equal(asked('')[0].headers.authorization, 'Token 123');
  site.requests = [];
  const alone = open({ csrf: 'given' });
  await streams(2);
  site.hangUp();
  await request(({ path }) => path === ''); // it cannot notice who is logged in, so it begins anew
  await alone.markRead(1);
  assert.equal(asked('read/', 'POST')[0].headers['x-csrftoken'], 'given');
});

test('a page that comes back has forgotten, and begins anew', async () => {
  site.add('one');
  const inbox = open();
  await until(inbox, (now) => now.level === 20);
  browser.happens('pagehide', { persisted: true });
  assert.deepEqual([inbox.messages, inbox.unread], [[], 0]);
  browser.happens('pageshow', { persisted: true });
  await until(inbox, (now) => now.level === 20);
});

test('what one subscriber throws stops nothing', async () => {
  const { queueMicrotask: original } = globalThis;
  const thrown = [];
  globalThis.queueMicrotask = (does) => original(() => {
    try {
      does();
    } catch (error) {
      thrown.push(error.message); // which a browser shows on its console
    }
  });
  const inbox = open();
  let calls = 0;
  const leave = inbox.subscribe(() => {
    if (calls++) {
      throw new Error('of a page');
    }
  });
  await until(inbox, (now) => now.ready);
  site.add('one');
  await until(inbox, (now) => now.unread === 1);
  leave();
  inbox.close();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.queueMicrotask = original;
  assert.ok(thrown.includes('of a page'));
});
