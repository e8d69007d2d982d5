// SPDX-License-Identifier: MIT
// The messages of whoever is logged in, kept up to date: by a stream; where there is none by long polls, else by conditional polls.
// The tabs of a login share one connection: a Web Lock says which of them has it, a BroadcastChannel passes on what it hears.
// docs/live.md tells how a page uses it, drf-messages.d.ts has the types.

const LOGGED_OUT = /204|401|403/;
const FALL_BACK = /404|406|429|501/; // of a server that has no such endpoint, or no room for one more stream

const digest = async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).join();

const pause = (milliseconds, signal) =>
  new Promise((done) => {
    setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });

/** How far a state is, in its epoch. */
const position = (state) => state?.split("-")[1];

/** Messages after a mark: those of `ids` (null: all) are read, unread, or with `read` null gone. */
const marked = (messages, { ids, read, at }) =>
  messages.flatMap((message) =>
    ids && !ids.includes(message.id) ? message : read === null ? [] : { ...message, read_at: read ? message.read_at ?? at : null },
  );

/** The events of a text/event-stream. `heard` is called for each piece, comments too. */
async function* eventsOf(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = {};
  let isCut; // perhaps within a CRLF
  for (let piece; !(piece = await reader.read()).done; ) {
    heard();
    const lines = (rest + (isCut ? piece.value.replace(/^\n/, "") : piece.value)).split(/\r\n|\n|\r/);
    isCut = piece.value.endsWith("\r");
    rest = lines.pop();
    for (const line of lines) {
      const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (line) {
        event[field] = field === "data" && field in event ? `${event.data}\n${value}` : value;
      } else {
        yield event;
        event = {};
      }
    }
  }
}

/** The inbox at `url`, where the messages are mounted. It connects at once, and until close(). */
export function connect(url = "/messages/", options = {}) {
  const { limit = 50, headers = () => ({}), csrf, cookie = "csrftoken", header = "X-CSRFToken", login, credentials } = options;
  const heartbeat = 1000 * (options.heartbeat ?? 25);
  let retry = 1000 * (options.retry ?? 3);
  const page = globalThis.document;
  const root = new URL(url, page?.baseURI);
  const me = Math.random();
  const subscribers = new Set();

  let messages = []; // as the server has them, newest first
  let badge = {}; // count and max_level, once they are known
  let state; // up to where we know
  let online = true;
  let ready = false;
  let ended = false;
  let pending = []; // marks that the server has not confirmed
  let undos = [];
  let marks; // the last of them
  let snapshot;

  const show = () => {
    const seen = pending.reduce(marked, messages);
    const unreadOf = (some) => some.filter((message) => !message.read_at).length;
    const listed = unreadOf(messages);
    const unread = pending.some(({ ids }) => !ids) ? 0 : Math.max(0, (badge.count ?? listed) - listed + unreadOf(seen));
    const level = (unread && badge.max_level) || null;
    snapshot = { messages: seen, unread, level, online, ready, ended, undoable: undos.length > 0 };
    Object.assign(inbox, snapshot);
    for (const render of subscribers) {
      queueMicrotask(() => render(snapshot)); // what one throws does not stop the others
    }
  };
  const drop = (ids) => {
    messages = messages.filter(({ id }) => !ids.includes(id));
  };
  const put = (news) => {
    drop(news.map(({ id }) => id));
    messages = [...news, ...messages].sort((one, other) => other.id - one.id).slice(0, limit);
  };

  /* one tab among others */
  let running; // until the page is left
  let attempt; // until the connection is to begin anew
  let channel;
  let lock; // its name, and that of the channel
  let leading;
  let joined; // whether what the channel says is ours
  let certain; // whether the server has said by now that we are logged in
  const guests = []; // tabs that are new, for which it has to say so again
  const asked = []; // those for whom it is being asked
  let heard = Date.now();
  let patience; // how many milliseconds of silence are too many

  const tell = (what) => channel?.postMessage(what);
  const passOn = () => {
    show();
    tell({ to: certain ? asked.splice(0) : [], messages, badge, state, online });
    guests[0] && !asked[0] && wake();
  };
  /** Asks again, at once, with the cookies that the browser has now. */
  const wake = () => {
    if (leading) {
      attempt.abort();
    } else {
      tell({ hi: me });
    }
  };

  const token = () => csrf ?? page?.cookie.match(`(?:^|; )${cookie}=([^;]*)`)?.[1];
  /** What only this login has, and all its tabs. */
  const secret = () => login ?? headers().Authorization ?? (csrf ? undefined : token());
  const ours = secret();

  const close = () => {
    running.abort();
    channel?.close();
  };
  const forget = () => {
    [messages, badge, state, etag, joined, ready] = [[], {}, , , false, false];
    close();
    show();
  };
  /** Nobody is logged in any more, or somebody else. */
  const end = () => {
    if (!ended) {
      [pending, undos, ended] = [[], [], true];
      tell({ end: 1 });
      forget();
    }
  };
  const isOurs = () => {
    if (ours && secret() !== ours) {
      end();
    }
    return !ended;
  };

  /** An answer that is well; others are thrown. */
  const ask = async (path, { signal, ...init } = {}) => {
    const answer = await fetch(new URL(path, root), {
      credentials,
      signal,
      cache: "no-store",
      keepalive: !signal,
      ...init,
      headers: { Accept: "application/json", ...headers(), ...init.headers },
    });
    if (signal ? !/200|304/.test(answer.status) : !answer.ok) {
      throw answer;
    }
    return answer;
  };

  /* reading: what the tab does that has the connection */
  let way = 0;
  let etag;
  let pollInterval = 30;

  const hear = () => {
    heard = Date.now();
    online = true;
    certain = true;
    tell({});
  };
  const read = async (path, wait, more) => {
    heard = Date.now();
    patience = wait;
    const answer = await ask(path, { signal: attempt.signal, headers: more });
    pollInterval = +answer.headers.get("X-Poll-Interval") || pollInterval;
    return answer;
  };

  /** Everything anew. */
  const list = async () => {
    const answer = await read(`?mark=false&limit=${limit}`, 2 * heartbeat, etag && { "If-None-Match": etag });
    if (answer.ok) {
      const body = await answer.json();
      messages = [];
      put(body.results ?? body);
      badge = {};
      etag = answer.headers.get("ETag");
      state = answer.headers.get("Messages-State");
      ready = true;
    }
    hear();
    passOn();
  };

  const take = async ({ event, data, id, retry: milliseconds }) => {
    retry = +milliseconds || retry;
    if (data && isOurs()) {
      if (event === "reset") {
        etag = undefined;
        await list();
      }
      const { message, ids, ...news } = JSON.parse(data);
      message && put([message]);
      ids && drop(ids);
      badge = news;
      state = id;
      passOn();
    }
  };

  // Each returns after how many milliseconds the next may begin.
  const ways = [
    async () => {
      const answer = await read("stream/", 0.4 * heartbeat, { Accept: "text/event-stream", ...(state && { "Last-Event-ID": state }) });
      if (!/event-stream/.test(answer.headers.get("Content-Type"))) {
        throw { status: 404 };
      }
      let isGreeted;
      const hearMore = () => {
        patience = 2 * heartbeat;
        hear();
      };
      for await (const event of eventsOf(answer.body, hearMore)) {
        isGreeted ||= event.data;
        await take(event);
      }
      if (!isGreeted) {
        state = null; // there was no room: these are polls, until there is
      }
      return retry;
    },
    async () => {
      const began = Date.now();
      const wait = asked[0] || badge.max_level === undefined ? 0 : Math.ceil(heartbeat / 1000);
      const answer = await read(`changes/?since=${state}&wait=${wait}`, wait * 1000 + 2 * heartbeat);
      const { created, updated, destroyed, new_state, ...news } = await answer.json();
      const isStill = wait && new_state === state && Date.now() - began < wait * 500; // the server cannot wait
      put([...created, ...updated]);
      drop(destroyed);
      badge = news;
      state = new_state;
      hear();
      passOn();
      return isStill ? pollInterval * 1000 : 0;
    },
    async () => {
      await list();
      if (badge.max_level === undefined) {
        badge = await (await read("peek/", 2 * heartbeat)).json();
        passOn();
      }
      return pollInterval * 1000 * (1 + Math.random() / 4);
    },
  ];

  const lead = async (signal) => {
    let failures = 0;
    leading = true;
    signal.addEventListener("abort", () => attempt.abort());
    while (!signal.aborted && isOurs()) {
      attempt = new AbortController();
      certain = false;
      asked.push(...guests.splice(0));
      let next = 0;
      let isListed;
      try {
        if (way < 2 && (!state || !ours || login)) {
          await list(); // without what shows another login, nothing is added to what there was
        }
        isListed = true;
        next = await ways[state || !way ? way : 2]();
        failures = 0;
      } catch ({ status, headers: said }) {
        if (isListed && way < 2 && (FALL_BACK.test(status) || (attempt.signal.reason === 1 && patience < heartbeat))) {
          way++;
        } else if (LOGGED_OUT.test(status)) {
          end();
        } else if (status === 410) {
          state = etag = null;
          next = failures++ && retry;
        } else if (!attempt.signal.aborted) {
          online = false;
          passOn();
          next = Math.max(Math.min(6e4, retry * 2 ** failures++) * (0.5 + Math.random()), 1000 * said?.get("Retry-After") || 0);
        }
      }
      patience = Infinity;
      attempt.signal.aborted || (await pause(next, attempt.signal));
    }
    leading = false;
  };

  /** Waits for its turn to have the connection, or takes it from a tab that sleeps. */
  const elect = async (how) => {
    const term = new AbortController();
    running.signal.addEventListener("abort", () => term.abort());
    tell({ hi: me });
    await navigator.locks.request(lock, how, () => lead(term.signal)).catch(() => {});
    if (!term.signal.aborted) {
      term.abort(); // it was taken from us
      how.steal || elect(how);
    }
  };

  const onTold = ({ data }) => {
    if (data.hi) {
      guests.push(data.hi);
      leading && !asked[0] && wake();
    } else if (data.end) {
      end();
    } else if (data.did) {
      confirm(data.did, data.answer);
    } else if (!leading && isOurs()) {
      heard = Date.now();
      if (data.to) {
        joined ||= data.to.includes(me);
        online = data.online;
        if (joined) {
          ({ messages, badge, state } = data);
          ready = true;
        }
        show();
      }
    }
  };

  const start = async () => {
    running = new AbortController();
    const { signal } = running;
    const on = (event, does) => globalThis.addEventListener?.(event, does, { signal });
    on("online", () => {
      way = 0;
      wake();
    });
    on("offline", () => {
      online = false;
      show();
    });
    on("focus", isOurs);
    // A page that "Back" brings back must not show what was there for somebody else.
    on("pagehide", () => {
      forget();
      addEventListener("pageshow", start, { once: true });
    });
    const timer = setInterval(() => {
      const quiet = Date.now() - heard;
      if (leading) {
        quiet > patience && attempt.abort(1); // no heartbeat, or the machine slept
      } else if (lock && quiet > 3 * heartbeat) {
        elect({ steal: true });
      }
    }, heartbeat / 5);
    signal.addEventListener("abort", () => clearInterval(timer));
    if (ours && globalThis.navigator?.locks) {
      lock = await digest(root + ours);
      if (!signal.aborted) {
        channel = new BroadcastChannel(lock);
        channel.onmessage = onTold;
        elect({ signal });
      }
    } else {
      lead(signal);
    }
  };

  /* marking */
  const confirm = ({ ids, ...mark }, answer) => {
    messages = marked(messages, { ...mark, ids: answer.ids });
    if ("count" in answer && !(position(answer.state) - position(state) < 0)) {
      badge = answer;
    }
    show();
    leading && passOn();
  };
  const write = async (method, path, body, tries = 2) => {
    try {
      return await ask(path, { method, body, headers: { "Content-Type": "application/json", [header]: token() ?? "" } });
    } catch (answer) {
      if (!tries || answer.status < 500) {
        throw answer;
      }
      await pause(retry * Math.random(), running.signal);
      return write(method, path, body, tries - 1);
    }
  };
  const post = async (read, body) => (await write("POST", read ? "read/" : "unread/", JSON.stringify(body))).json();

  /** Shows it as done, and takes that back if it cannot be. Whether it was done. */
  const act = (ids, read, send, undoable) => {
    const mark = { ids, read, at: new Date().toISOString() };
    pending.push(mark);
    show();
    return (marks = Promise.resolve(marks).then(async () => {
      let answer;
      try {
        answer = await send();
      } catch ({ status }) {
        status < 404 && wake(); // 401, 403: who is logged in?
      }
      pending = pending.filter((one) => one !== mark);
      if (answer && !ended) {
        if (undoable && answer.ids[0]) {
          undos.push([answer.ids, !read]);
        }
        tell({ did: mark, answer });
        confirm(mark, answer);
      }
      show();
      return !!answer;
    }));
  };
  const mark = (ids, read, undoable) => act(ids, read, () => post(read, { ids }), undoable);

  const inbox = {
    snapshot: () => snapshot,
    subscribe(render) {
      subscribers.add(render);
      render(snapshot);
      return () => subscribers.delete(render);
    },
    markRead: (...ids) => mark(ids, true, true),
    markUnread: (...ids) => mark(ids, false, true),
    markAllRead() {
      const seen = state ? { up_to: state } : { all: true }; // not what comes meanwhile
      return act(null, true, () => post(true, seen), true);
    },
    async undo() {
      await marks;
      return undos[0] && mark(...undos.pop());
    },
    remove: (id) =>
      act([id], null, async () => {
        const answer = messages.some((message) => message.id === id && !message.read_at) && (await post(true, { ids: [id] })); // an unread one may not be deleted
        await write("DELETE", `${id}/`).catch((refusal) => refusal.status === 404 || Promise.reject(refusal));
        return { ...answer, ids: [id] };
      }),
    close,
  };
  show();
  start();
  return inbox;
}

const inboxes = {};

/** The inbox at `url` that a page's elements and components share. */
export const shared = (url = "/messages/", options) => (inboxes[url]?.ended === false ? inboxes[url] : (inboxes[url] = connect(url, options)));
