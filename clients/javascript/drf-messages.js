// SPDX-License-Identifier: MIT
// The messages of whoever is logged in, kept up to date: by a stream; where there is none by long polls, else by conditional polls.
// The tabs of a login share one connection: a Web Lock says which of them has it, a BroadcastChannel passes on what it hears.
// docs/live.md tells how a page uses it, drf-messages.d.ts has the types.

/** A number that says whether texts are the same, and not what they are: from its 46 bits no token can be told. */
const digest = (text) => [...text].reduce((sum, character) => (sum * 31 + character.codePointAt()) % 1e14, 0);

const pause = (seconds, signal) =>
  new Promise((done) => {
    setTimeout(done, 1000 * seconds);
    signal.addEventListener("abort", done);
  });

/** How far a state is, in its epoch. */
const position = (state) => state?.split("-")[1];

const unreadOf = (messages) => messages.filter(({ read_at }) => !read_at).length;

/** Messages after a mark: those of `ids` are read, unread, or with `read` null gone. */
const marked = (messages, { ids, read, at }) =>
  messages.flatMap((message) =>
    !ids.includes(message.id) ? message : read === null ? [] : { ...message, read_at: read ? message.read_at ?? at : null },
  );

/** Takes each event of a text/event-stream, and returns whether one said anything. `heard` is called for each piece, comments too. */
const listen = async (body, heard, take) => {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = {};
  let isGreeted;
  for (let piece; !(piece = await reader.read()).done; ) {
    heard();
    const lines = (rest + piece.value).split(/\r?\n|\r(?!$)/); // at the end it may be half of a CRLF
    rest = lines.pop();
    for (const line of lines) {
      const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (line) {
        event[field] = field in event ? `${event[field]}\n${value}` : value;
      } else {
        isGreeted ||= event.data;
        await take(event);
        event = {};
      }
    }
  }
  return isGreeted;
};

/** The inbox at `url`, where the messages are mounted. It connects at once, and until close(). */
export function connect(
  url = "/messages/",
  {
    limit = 50,
    headers = () => ({}),
    csrf,
    cookie = "csrftoken",
    header = "X-CSRFToken",
    login,
    credentials,
    heartbeat = 25,
    retry = 3,
  } = {},
) {
  const page = globalThis.document;
  const root = new URL(url, page?.baseURI);
  const me = Math.random();
  const subscribers = new Set();

  let messages = []; // as the server has them, newest first
  let badge = {}; // count and max_level, once they are known, and of which state
  let others = 0; // unread ones that are not among `messages`
  let state; // up to where we know
  let online = true;
  let ready = false;
  let ended = false;
  let pending = []; // marks that the server has not confirmed
  let undos = [];
  let marks = Promise.resolve(); // the last of them
  let snapshot;

  const show = () => {
    const seen = pending.reduce(marked, messages);
    const unread = Math.max(0, pending.reduce((count, { rest }) => count + rest, others) + unreadOf(seen));
    snapshot = { messages: seen, unread, level: (unread && badge.max_level) || null, online, ready, ended, undoable: !!undos[0] };
    Object.assign(inbox, snapshot);
    for (const render of subscribers) {
      queueMicrotask(() => render(snapshot)); // what one throws does not stop the others
    }
  };
  /** Takes what is unread in all, unless a newer state tells. What tells of a mark that is on its way counts once that is answered. */
  const learn = (news, isAnswer) => {
    const isOld = position(news.state) - position(badge.state) < 0;
    if (!isOld) {
      badge = news;
    }
    if (badge.count >= 0 && (isAnswer || isOld || !pending[0])) {
      others = badge.count - unreadOf(messages);
    }
  };
  const put = (news, gone = []) => {
    const ids = [...gone, ...news.map(({ id }) => id)];
    messages = [...news, ...messages.filter(({ id }) => !ids.includes(id))].sort((one, other) => other.id - one.id).slice(0, limit);
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
  let timer;
  let deadline; // until when something has to be heard

  const expect = (seconds) => {
    deadline = Date.now() + 1000 * seconds;
  };
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

  const token = () => csrf ?? page?.cookie.match(`(^|; )${cookie}=([^;]*)`)?.[2];
  /** What only this login has, and all its tabs. */
  const secret = () => login ?? headers().Authorization ?? (csrf ? undefined : token());
  const ours = secret();

  const close = () => {
    clearInterval(timer);
    running.abort();
    attempt?.abort();
    channel = channel?.close();
  };
  const forget = () => {
    messages = [];
    badge = {};
    others = 0;
    state = etag = null;
    joined = ready = false;
    close();
    show();
  };
  /** Nobody is logged in any more, or somebody else. */
  const end = () => {
    if (!ended) {
      pending = [];
      undos = [];
      ended = true;
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
    expect(2 * heartbeat);
    online = certain = true;
    tell({});
  };
  const read = async (path, wait, more) => {
    expect(wait);
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
    retry = milliseconds / 1000 || retry;
    if (data && isOurs()) {
      if (event === "reset") {
        etag = null;
        await list();
      }
      const { message, ids, ...news } = JSON.parse(data);
      put(message ? [message] : [], ids);
      state = id ?? state; // of what came together only the last may have one
      learn({ ...news, state });
      passOn();
    }
  };

  // Each returns after how many seconds the next may begin.
  const ways = [
    async () => {
      certain = false;
      const answer = await read("stream/", 0.4 * heartbeat, { Accept: "text/event-stream", ...(state && { "Last-Event-ID": state }) });
      if (!/event-stream/.test(answer.headers.get("Content-Type"))) {
        throw { status: 404 };
      }
      if (!(await listen(answer.body, hear, take))) {
        state = null; // there was no room: these are polls, until there is
      }
      return retry;
    },
    async () => {
      const began = Date.now();
      const wait = asked[0] || badge.max_level === undefined ? 0 : Math.ceil(heartbeat);
      const answer = await read(`changes/?since=${state}&wait=${wait}`, wait + 2 * heartbeat);
      const { created, updated, destroyed, new_state, ...news } = await answer.json();
      const isStill = wait && new_state === state && Date.now() - began < wait * 500; // the server cannot wait
      put([...created, ...updated], destroyed);
      state = new_state;
      learn({ ...news, state });
      hear();
      passOn();
      return isStill && pollInterval;
    },
    async () => {
      await list();
      if (badge.max_level === undefined) {
        learn(await (await read("peek/", 2 * heartbeat)).json());
        passOn();
      }
      return pollInterval * (1 + Math.random() / 4);
    },
  ];

  const lead = async (signal) => {
    let failures = 0;
    const turn = (leading = {});
    while (leading === turn && !signal.aborted && isOurs()) {
      attempt?.abort(); // what is left of a stream, where something failed in between
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
        if (isListed && way < 2 && (/404|406|429|501/.test(status) || (attempt.signal.reason === 1 && !way && !certain))) {
          way++; // there is no such endpoint, no room for one more stream, or a proxy that keeps it to itself
        } else if (/204|401|403/.test(status)) {
          end(); // nobody is logged in
        } else if (status === 410) {
          state = etag = null;
          next = failures++ && retry;
        } else if (!attempt.signal.aborted) {
          online = false;
          way = 0;
          passOn();
          next = Math.max(Math.min(60, retry * 2 ** failures++) * (0.5 + Math.random()), +said?.get("Retry-After") || 0);
        }
      }
      expect(Infinity);
      attempt.signal.aborted || (await pause(next, attempt.signal));
    }
    leading = false;
    expect(3 * heartbeat);
  };

  /** Waits for its turn to have the connection, or takes it from a tab that sleeps. */
  const elect = async (how) => {
    const { signal } = running;
    wake();
    expect(3 * heartbeat);
    await navigator.locks.request(lock, how, () => lead(signal)).catch(() => {});
    if (!signal.aborted) {
      leading = false; // it was taken from us
      attempt.abort();
      how.steal || elect(how);
    }
  };

  const onTold = ({ data }) => {
    if (data.hi) {
      guests.push(data.hi);
      leading && !asked[0] && wake();
    } else if (data.end) {
      end();
    } else if (data.done) {
      confirm(data.done);
    } else if (!leading && isOurs()) {
      expect(3 * heartbeat);
      if (data.to) {
        joined ||= data.to.includes(me);
        online = data.online;
        if (joined) {
          ({ messages, state } = data);
          learn(data.badge);
          ready = true;
        }
        show();
      }
    }
  };

  const start = () => {
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
      attempt?.abort(); // what it still brings was sent before: whether it is so, the next one says
    });
    on("focus", isOurs);
    // A page that "Back" brings back must not show what was there for somebody else.
    on("pagehide", () => {
      forget();
      addEventListener("pageshow", start, { once: true });
    });
    timer = setInterval(() => {
      if (Date.now() > deadline) {
        leading ? attempt.abort(1) : elect({ steal: true }); // no heartbeat, or the machine slept
      }
    }, heartbeat * 200);
    if (ours && globalThis.navigator?.locks) {
      lock = digest(root + ours);
      channel = new BroadcastChannel(lock);
      channel.onmessage = onTold;
      elect({ signal });
    } else {
      lead(signal);
    }
  };

  /* marking */
  /** Takes a mark with its answer. */
  const confirm = (done, isOwn) => {
    messages = marked(messages, done);
    learn(done, isOwn);
    leading ? passOn() : show();
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

  /** Shows it as done, and takes that back if it cannot be. Returns whether it was done. `rest`: how many more are unread that are not listed. */
  const act = (ids, read, undoable, rest = 0, send = () => post(read, { ids })) => {
    const mark = { ids, read, rest, at: new Date().toISOString() };
    pending.push(mark);
    show();
    return (marks = marks.then(async () => {
      const answer = await send().catch(({ status }) => {
        status < 404 && wake(); // 401, 403: who is logged in?
      });
      const done = { ...mark, ...((!ended && answer) || { ...badge, ids: [] }) };
      pending = pending.filter((one) => one !== mark);
      undoable && done.ids[0] && undos.push([done.ids, !read]);
      tell({ done });
      confirm(done, true);
      return !!answer;
    }));
  };

  const inbox = {
    snapshot: () => snapshot,
    subscribe(render) {
      subscribers.add(render);
      render(snapshot);
      return () => subscribers.delete(render);
    },
    markRead: (...ids) => act(ids, true, true),
    markUnread: (...ids) => act(ids, false, true),
    markAllRead() {
      const seen = state ? { up_to: state } : { all: true }; // not what comes meanwhile
      return act(messages.map(({ id }) => id), true, true, -others, () => post(true, seen));
    },
    async undo() {
      await marks;
      return undos[0] && act(...undos.pop());
    },
    remove: (id) =>
      act([id], null, false, 0, async () => {
        const answer = await post(true, { ids: [id] }); // an unread one may not be deleted
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
