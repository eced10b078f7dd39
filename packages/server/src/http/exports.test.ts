import { ConversationExport } from "@reef/protocol/export";
import type { SessionId } from "@reef/protocol/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";
import { fileName } from "./exports.ts";

const key = `ghp_${"a1".repeat(20)}`;
const hostile = [
  "# Title",
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "[a](javascript:alert(1)) [b](https://example.org/?a=1&b=2) ![p](https://example.org/p.png)",
  "```html",
  "</pre><script>alert(2)</script>",
  "```",
  `token: ${key}`,
].join("\n");

let reef: Served;
beforeAll(async () => {
  reef = await serve({ script: () => hostile });
});
afterAll(() => reef[Symbol.asyncDispose]());

async function say(id: SessionId, text: string): Promise<void> {
  const sent = await reef.client.sendMessage(id, { text });
  await until(async () => (await reef.client.message(sent.id)).state === "answered");
}

async function read(id: SessionId, format: string): Promise<{ response: Response; text: string }> {
  const response = await reef.request("GET", `/v1/sessions/${id}/export?format=${format}`);
  expect(response.status).toBe(200);
  return { response, text: await response.text() };
}

test("SE4, SE5: the page runs nothing, asks for nothing, and holds no secret", async () => {
  const session = await reef.newSession("</title><script>alert(0)</script>");
  await say(session.id, "שלום <b>עולם</b>");
  const { response, text } = await read(session.id, "html");
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename=/);
  expect(response.headers.get("content-security-policy")).toContain("sandbox");
  expect(text).toContain("default-src 'none'");
  expect(text).not.toMatch(/<script|<img|<iframe|<link|<form|javascript:|<[^>]* on[a-z]+=/i);
  expect(text).toContain('<a href="https://example.org/?a=1&amp;b=2"');
  expect(text).toContain('<div class="plain" dir="auto">שלום &lt;b&gt;עולם&lt;/b&gt;</div>');
  expect(text).not.toContain(key);
  expect(text).toContain("1 secret was left out.");
  expect(text.trimEnd().endsWith("</html>")).toBe(true);
});

test("a conversation as Markdown has what was written as it was written, in a fence that nothing closes", async () => {
  const session = await reef.newSession("notes *and* more");
  await say(session.id, "one\n\n- two");
  const { text } = await read(session.id, "markdown");
  expect(text).toContain("# notes \\*and\\* more");
  expect(text).toContain("one\n\n- two");
  expect(text).toContain("## You");
  expect(text).toContain("[redacted");
  expect(text).not.toContain(key);
});

test("SE4: a text that opens a fence and never closes it swallows nothing of what follows in the Markdown", async () => {
  const session = await reef.newSession("open");
  await say(session.id, "look:\n~~~~\nlet a");
  const { text } = await read(session.id, "markdown");
  expect(text).toContain("look:\n~~~~\nlet a\n~~~~\n\n## ");
});

test("the JSON form is what the OpenAPI document says, with replaced entries, files, and nothing opaque", async () => {
  const session = await reef.newSession("json");
  const file = await reef.client.uploadFile(new Blob(["tide"], { type: "text/plain" }), { name: "tide.txt" });
  const sent = await reef.client.sendMessage(session.id, { text: "one", attachments: [file.id] });
  await until(async () => (await reef.client.message(sent.id)).state === "answered");
  const again = await reef.client.rewindSession(session.id, { toSeq: 0, text: "changed" });
  await until(async () => (await reef.client.message(again.id)).state === "answered");
  const { text } = await read(session.id, "json");
  const exported = ConversationExport.parse(JSON.parse(text));
  expect(exported.entries.map(({ kind, replacedBy }) => [kind, replacedBy])).toEqual([
    ["person", 3],
    ["bot", 3],
    ["notice", undefined],
    ["person", undefined],
    ["bot", undefined],
  ]);
  expect(exported.entries[3]?.attachments).toMatchObject([{ id: file.id, name: "tide.txt" }]);
  expect(exported).toMatchObject({ version: 1, session: { id: session.id, title: "json" }, redacted: 2 });
});

test("an incognito session can be exported by its person; one that is not there, or another format, cannot", async () => {
  const bot = await reef.client.createBot({ name: "quiet" });
  const session = await reef.client.createSession({ botId: bot.id, memory: "off" });
  await say(session.id, "between us");
  expect((await read(session.id, "markdown")).text).toContain("between us");
  expect((await reef.request("GET", `/v1/sessions/${session.id}/export?format=pdf`)).status).toBe(400);
  expect((await reef.request("GET", "/v1/sessions/ses_01a2055b-15a0-777f-a673-3ad77605e2b6/export")).status).toBe(404);
});

test("it is read page by page: a reader who goes ends it, and a deleted session breaks it off", async () => {
  const session = await reef.newSession("long");
  const text = "x".repeat(40_000);
  for (let n = 0; n < 3; n++) await say(session.id, text);
  const response = await reef.request("GET", `/v1/sessions/${session.id}/export?format=json`);
  const reader = response.body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  await reader?.cancel();
  const other = await reef.request("GET", `/v1/sessions/${session.id}/export?format=json`);
  await reef.client.deleteSession(session.id);
  await expect(other.text()).rejects.toThrow();
});

test.each([
  ["plain", "plain.md"],
  ["a/b\\c:d*e?f", "a-b-c-d-e-f.md"],
  ["..", "conversation.md"],
  ["", "conversation.md"],
  ["con", "con-.md"],
  ["NUL.old", "NUL-.old.md"],
  ["com¹", "com¹-.md"],
  [`${"a".repeat(119)}😀`, `${"a".repeat(119)}.md`],
  ["\u202egnp.exe", "gnp.exe.md"],
  ["x".repeat(500), `${"x".repeat(120)}.md`],
])("SE6: the name of the file is safe on every system: %j", (title, name) => {
  expect(fileName(title, "md")).toBe(name);
});
