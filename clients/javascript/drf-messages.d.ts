// SPDX-License-Identifier: MIT
/** A message as the server sends it. For a site with other fields: connect<components["schemas"]["Message"]>(), by openapi-typescript. */
export interface Message {
  id: number;
  message: string;
  level: number;
  level_tag: string;
  extra_tags: string[];
  view: string;
  read_at: string | null;
  created: string;
}

/** What an inbox needs of a message, whatever else it has. */
export interface AnyMessage {
  id: number | string; // text with COERCE_BIGINT_TO_STRING
  read_at: string | null;
}

/** How an inbox stands. A new one is made with each change, and none changes. */
export interface Snapshot<M extends AnyMessage = Message> {
  /** The newest messages, newest first. */
  readonly messages: readonly M[];
  /** How many are unread, those among them that are not in `messages`. */
  readonly unread: number;
  /** The highest level of the unread ones; null: there are none, or it is not known yet. */
  readonly level: number | null;
  /** Whether what happens on the server arrives here. */
  readonly online: boolean;
  /** Whether `messages` is what the server has, not what it is before the first answer. */
  readonly ready: boolean;
  /** Nobody is logged in any more, or somebody else: it is empty, and stays so. */
  readonly ended: boolean;
  /** Whether undo() has something to undo. */
  readonly undoable: boolean;
}

export interface Options {
  /** How many messages are kept, the newest; 50. */
  limit?: number;
  /** Sent with each request, such as { Authorization: "Token …" }. */
  headers?: () => Record<string, string>;
  /** For fetch(); of a server on another origin "include" sends its cookies. */
  credentials?: RequestCredentials;
  /** CSRF_COOKIE_NAME; "csrftoken". */
  cookie?: string;
  /** The CSRF token, where the cookie cannot be read (CSRF_COOKIE_HTTPONLY, CSRF_USE_SESSIONS). */
  csrf?: string;
  /** The header for it; "X-CSRFToken". */
  header?: string;
  /**
   * A text that all pages of a login have, and nobody else can know. With `csrf` tabs share a connection only by it. With tokens
   * that are renewed it says that it is still the same user, whose inbox else ends with the token.
   */
  login?: string;
  /** LIVE.HEARTBEAT, in seconds; 25. */
  heartbeat?: number;
  /** Seconds before it connects again, until the server says how many; 3. */
  retry?: number;
}

/** `true`: the server has done it. `false`: it has not, and what showed is taken back. */
export type Done = Promise<boolean>;

export interface Inbox<M extends AnyMessage = Message> extends Snapshot<M> {
  /** The same object until something changes. */
  snapshot(): Snapshot<M>;
  /** Calls it now and after each change, until the function that it returns is called. */
  subscribe(render: (now: Snapshot<M>) => void): () => void;
  markRead(...ids: M["id"][]): Done;
  markUnread(...ids: M["id"][]): Done;
  /** What has come up to now; not what is on its way. */
  markAllRead(): Done;
  /** Takes back the last mark of this tab that is not taken back yet; undefined: there is none. */
  undo(): Promise<boolean | undefined>;
  /** Deletes it, an unread one too. */
  remove(id: M["id"]): Done;
  /** Ends the connection. What was shown stays. */
  close(): void;
}

/** The inbox at `url`, where the messages are mounted. It connects at once, and until close(). */
export function connect<M extends AnyMessage = Message>(url?: string, options?: Options): Inbox<M>;

/** The inbox at `url` that a page's elements and components share. The first to ask gives the options. */
export function shared<M extends AnyMessage = Message>(url?: string, options?: Options): Inbox<M>;
