// SPDX-License-Identifier: MIT
// client.js URL TOKEN: talks to a server by the types that its document makes.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schemas/base.js";

const [baseUrl = "", token = ""] = process.argv.slice(2);
// Of the media types that the document has, pages of HTML among them, this client speaks one.
const client = createClient<paths, "application/json">({ baseUrl, headers: { Authorization: `Token ${token}` } });

type Message = components["schemas"]["Message"];
type Peek = components["schemas"]["MessagePeek"];

function ids(messages: Message[] | undefined): number[] {
  return (messages ?? []).map((message) => message.id);
}

const before = await client.GET("/messages/peek/");
const peek: Peek = before.data!;
assert.deepEqual(peek, { count: 3, max_level: 40, max_level_tag: "error" });

const errors = await client.GET("/messages/", { params: { query: { level_tag: "error", unread: true } } });
assert.deepEqual(ids(errors.data), [3]);

const found = await client.GET("/messages/", { params: { query: { search: "disk", ordering: "-level" } } });
assert.deepEqual(ids(found.data), [2]);

const one = await client.GET("/messages/{id}/", { params: { path: { id: 1 } } });
const message: Message = one.data!;
assert.equal(message.message, "Hello world!");
const level: number = message.level;
const readAt: string | null = message.read_at;
const tags: string[] = message.extra_tags;
assert.deepEqual([level, readAt, tags], [20, null, ["test"]]);

const all = await client.GET("/messages/", { params: { query: { level: 20 } } });
assert.deepEqual(ids(all.data), [1]);

const unread = await client.DELETE("/messages/{id}/", { params: { path: { id: 8 } } });
assert.equal(unread.response.status, 403);
const deleted = await client.DELETE("/messages/{id}/", { params: { path: { id: 1 } } });
assert.equal(deleted.response.status, 204);
assert.equal(deleted.error, undefined);

const gone = await client.GET("/messages/{id}/", { params: { path: { id: 1 } } });
assert.equal(gone.response.status, 404);
assert.equal(gone.data, undefined);
assert.deepEqual(gone.error, { detail: "Not found." });

const wrong = await client.GET("/messages/", { params: { query: { created_after: "yesterday" } } });
assert.equal(wrong.response.status, 400);
assert.deepEqual(wrong.error, { created: ["Enter a valid date/time."] });

// What the document does not have is found when this is compiled.
export async function never(): Promise<void> {
  // @ts-expect-error there is no such path
  await client.GET("/nothing/");
  // @ts-expect-error an id is a number
  await client.GET("/messages/{id}/", { params: { path: { id: "abc" } } });
  // @ts-expect-error nothing is created
  await client.POST("/messages/");
  // @ts-expect-error there is no such field
  message.nothing;
}

const after = await client.GET("/messages/peek/");
console.log(JSON.stringify(after.data));
