// SPDX-License-Identifier: MIT
import type { Inbox } from "./drf-messages.js";

/** What the elements say; "{}" in `unread` is the number. */
export interface Texts {
  messages: string;
  unread: string;
  markRead: string;
  markUnread: string;
  markAllRead: string;
  undo: string;
  remove: string;
  none: string;
  offline: string;
  ended: string;
  failed: string;
}

/** By the code of a language. A page may change it, and add languages, before the elements are there. */
export const texts: { en: Texts } & Record<string, Partial<Texts>>;

/** <drf-messages-bell url="/messages/">, <drf-messages-toasts url="/messages/" seconds="10">. */
export interface MessagesElement extends HTMLElement {
  /** Set before the element is in the page; without it the one that the page shares, by the attribute url. */
  inbox: Inbox;
  /** Instead of those of its language. */
  texts?: Partial<Texts>;
}

declare global {
  interface HTMLElementTagNameMap {
    "drf-messages-bell": MessagesElement;
    "drf-messages-toasts": MessagesElement;
  }
}
