// SPDX-License-Identifier: MIT
import { useSyncExternalStore } from "react";

import { shared } from "./drf-messages.js";

const EMPTY = { messages: [], unread: 0, level: null, online: true, ready: false, ended: false, undoable: false };
const emptySnapshot = () => EMPTY;
const nothing = { subscribe: () => () => {}, snapshot: emptySnapshot };

/**
 * The inbox, and the component is rendered again with each change of it. It is the one that the page shares, at a URL, or one that
 * connect() has made. While a server renders the page it is empty.
 */
export function useMessages(source = "/messages/", options) {
  const inbox = typeof source !== "string" ? source : typeof document === "undefined" ? nothing : shared(source, options);
  return { ...inbox, ...useSyncExternalStore(inbox.subscribe, inbox.snapshot, emptySnapshot) };
}
