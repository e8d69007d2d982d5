// SPDX-License-Identifier: MIT
// A server of messages for one browser's tests, which has what docs/live.md says, and can be made to fail as a test wants it.
import http from 'node:http';

export class FakeSite {
  messages = [];
  position = 0;
  epoch = 'k3x9ab';
  log = []; // [time of a state, what became of it]
  streams = new Set();
  waiting = []; // long polls
  requests = [];
  /** Who is logged in, by the cookie that the test sets; null: nobody. */
  user = 'ann';
  /** A path's status in the place of its answer: { 'stream/': 404 }. */
  refuse = {};
  extensions = { state: true, wait: true };
  retry = 10;
  /** Called with each request; a test waits for one by it. */
  onRequest = () => {};
  /** Called when there is another number of streams. */
  onStream = () => {};

  async listen() {
    this.server = http.createServer((request, response) => this.answer(request, response));
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}/messages/`;
    return this;
  }
  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  get state() { return `${this.epoch}-${this.position}`; }
  get badge() {
    const unread = this.messages.filter((message) => !message.read_at);
    const max_level = unread.length ? Math.max(...unread.map((message) => message.level)) : null;
    return { count: unread.length, max_level, max_level_tag: max_level === null ? '' : 'info' };
  }

  changed(event, data) {
    this.position += 1;
    this.log.push([this.position, event, data]);
    for (const stream of this.streams) {
      this.write(stream, event, data);
    }
    for (const look of this.waiting.splice(0)) {
      look();
    }
  }
  add(text, more = {}) {
    const message = { id: this.messages.length + 1 + (this.removed ?? 0), message: text, level: 20, level_tag: 'info', extra_tags: [], view: '', read_at: null,
      created: '2024-01-02T00:00:00Z', ...more };
    this.messages.unshift(message);
    this.changed('created', { message: { ...message } });
    return message;
  }
  mark(ids, read) {
    const changed = this.messages.filter((message) => ids.includes(message.id) && Boolean(message.read_at) !== read);
    for (const message of changed) {
      message.read_at = read ? '2024-01-03T00:00:00Z' : null;
    }
    for (const message of changed) { // in one transaction: each event has the badge after all of them
      this.changed('updated', { message: { ...message } });
    }
    return { changed: changed.length, ids: changed.map((message) => message.id), ...this.badge, state: this.state };
  }
  delete(id) {
    this.removed = (this.removed ?? 0) + 1;
    this.messages = this.messages.filter((message) => message.id !== id);
    this.changed('destroyed', { ids: [id] });
  }

  write(stream, event, data, id = this.state) {
    stream.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify({ ...data, ...this.badge })}\n\n`);
  }
  /** Ends every stream, as a restart does. */
  hangUp() {
    for (const stream of this.streams) {
      stream.destroy();
    }
  }
  logOut() {
    this.user = null;
    this.hangUp();
  }

  async answer(request, response) {
    const url = new URL(request.url, this.url);
    const path = url.pathname.slice('/messages/'.length);
    let body = '';
    for await (const piece of request) {
      body += piece;
    }
    const seen = { method: request.method, path, query: url.searchParams, headers: request.headers, body: body && JSON.parse(body) };
    this.requests.push(seen);
    this.onRequest(seen);
    const say = (status, data, headers = {}) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(data === undefined ? undefined : JSON.stringify(data));
    };
    const refusal = typeof this.refuse[path] === 'function' ? this.refuse[path](seen, response, say) : this.refuse[path];
    if (refusal === 'answered') {
      return;
    }
    if (refusal) {
      say(refusal, { detail: 'no' }, refusal === 429 ? { 'Retry-After': '0' } : {});
    } else if (path === '') {
      this.list(seen, say);
    } else if (path === 'peek/') {
      say(200, this.badge);
    } else if (path === 'changes/') {
      this.changes(seen, say, response);
    } else if (path === 'stream/') {
      this.stream(seen, response);
    } else if (path === 'read/' || path === 'unread/') {
      const { ids, all, up_to } = seen.body;
      const chosen = ids ?? this.messages.filter(({ id }) => all || !this.log.some(([position, event, data]) =>
        event === 'created' && data.message.id === id && position > Number(up_to.split('-')[1]))).map(({ id }) => id);
      say(200, this.mark(chosen, path === 'read/'));
    } else if (request.method === 'DELETE') {
      const one = this.messages.find(({ id }) => path === `${id}/`);
      if (one?.read_at) {
        this.delete(one.id);
      }
      say(!one ? 404 : one.read_at ? 204 : 403);
    } else {
      say(404, { detail: 'Not found.' });
    }
  }
  list({ headers, query }, say) {
    const state = this.extensions.state && this.user ? { 'Messages-State': this.state } : {};
    const etag = `W/"${this.user}.${this.state}"`;
    const more = { ...state, ETag: etag, 'X-Poll-Interval': String(this.pollInterval ?? 30) };
    if (headers['if-none-match'] === etag) {
      say(304, undefined, more);
    } else {
      say(200, this.user ? { count: 0, results: this.messages.slice(0, Number(query.get('limit'))) } : [], more);
    }
  }
  changes({ query }, say, response) {
    const since = query.get('since');
    if (!since.startsWith(`${this.epoch}-`)) {
      say(410, { detail: 'gone', code: 'state_expired', state: this.state });
      return;
    }
    const look = () => {
      const ids = this.log.filter(([position]) => position > Number(since.split('-')[1])).map(([, , data]) => data.message?.id ?? data.ids[0]);
      const living = this.messages.filter(({ id }) => ids.includes(id));
      say(200, { old_state: since, new_state: this.state, has_more: false, created: living, updated: [],
        destroyed: ids.filter((id) => !living.some((message) => message.id === id)), ...this.badge }, { 'X-Poll-Interval': String(this.pollInterval ?? 30) });
    };
    if (since === this.state && Number(query.get('wait')) && this.extensions.wait) {
      this.waiting.push(look);
      response.on('close', () => { this.waiting = this.waiting.filter((one) => one !== look); });
    } else {
      look();
    }
  }
  stream({ headers }, response) {
    if (!this.user) {
      response.writeHead(204);
      response.end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(`retry: ${this.retry}\n`);
    const since = headers['last-event-id'] ?? this.state;
    if (!since.startsWith(`${this.epoch}-`)) {
      this.write(response, 'reset', {});
    } else {
      this.write(response, 'hello', {}, since);
      for (const [position, event, data] of this.log) {
        if (position > Number(since.split('-')[1])) {
          this.write(response, event, data, `${this.epoch}-${position}`);
        }
      }
    }
    this.streams.add(response);
    this.onStream();
    response.on('close', () => {
      this.streams.delete(response);
      this.onStream();
    });
  }
}
