// SPDX-License-Identifier: MIT
// What the declarations promise, as a page's code uses it: tsc has nothing against it. Nothing of it runs.
import { connect, shared, type Inbox, type Message } from "drf-messages";
import { texts, type MessagesElement } from "drf-messages/elements";
import { useMessages } from "drf-messages/react";

const inbox: Inbox = connect("/messages/", { limit: 20, headers: () => ({ Authorization: "Token 123" }), login: "x" });
const leave: () => void = inbox.subscribe(({ messages, unread, level, online, ended }) => {
  const newest: Message | undefined = messages[0];
  console.log(newest?.message, unread + (level ?? 0), online || ended);
});
const done: Promise<boolean> = inbox.markRead(1, 2);
void done.then(() => inbox.undo());
leave();

interface Custom { id: string; read_at: string | null; text: string }
const text: string | undefined = shared<Custom>("/api/messages/").messages[0]?.text;
void shared<Custom>().remove("7");

export function Badge(): number {
  const { unread, markAllRead } = useMessages();
  void markAllRead();
  return unread + useMessages(inbox).messages.length + (text ?? "").length;
}

texts.en.none = "Nothing new";
texts.fr = { none: "Rien de nouveau" };
const bell: MessagesElement = document.createElement("drf-messages-bell");
bell.inbox = inbox;

// @ts-expect-error A snapshot does not change.
inbox.snapshot().unread = 3;
// @ts-expect-error There is no such option.
connect("/messages/", { token: "x" });
