// SPDX-License-Identifier: MIT
import type { AnyMessage, Inbox, Message, Options } from "./drf-messages.js";

/**
 * The inbox, and the component is rendered again with each change of it.
 * - source: a URL, whose inbox the page shares, or one that connect() has made; "/messages/".
 */
export function useMessages<M extends AnyMessage = Message>(source?: string | Inbox<M>, options?: Options): Inbox<M>;
