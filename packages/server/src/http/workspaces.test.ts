/** Tests a bot with a box over the API: a turn that writes and runs, and what people see, take back and stop. */
import { answer } from "@reef/engine/testing/scripted-runtime";
import type { Message } from "@reef/protocol/message";
import type { Page } from "@reef/protocol/page";
import type {
  WorkspaceChanges,
  WorkspaceCommand,
  WorkspaceListing,
  WorkspaceTurn,
  WorkspaceUndone,
} from "@reef/protocol/workspace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

let reef: Served;
let hasBox = false;
beforeAll(async () => {
  reef = await serve({
    script: ({ entries, messages, tools, turn }) => {
      const results = entries.filter((entry) => entry.kind === "tool_result" && entry.turnId === turn.id);
      if (results.length === 0 && messages.at(-1)?.text === "sleep") {
        return [answer("", { name: "command_run", input: { command: "sleep 60" } })];
      }
      if (results.length > 0) return results.map(({ text }) => text).join("\n");
      if (!tools.some(({ name }) => name === "file_write")) return `tools: ${tools.map(({ name }) => name)}`;
      return [
        answer(
          "",
          { name: "file_write", input: { path: "notes/today.md", content: "# Today\n" } },
          { name: "command_run", input: { command: "cat notes/today.md; pwd" } },
        ),
      ];
    },
  });
  hasBox = (await read<{ readonly available: boolean }>(reef.request("GET", "/v1/box"), 200)).available;
});
afterAll(() => reef[Symbol.asyncDispose]());

async function read<Value>(response: Promise<Response>, status: number): Promise<Value> {
  const answered = await response;
  const body: unknown = answered.status === 204 ? null : await answered.json();
  expect([answered.status, body]).toEqual([status, body]);
  return body as Value;
}

async function ask(box: object | null) {
  const bot = await read<{ readonly id: string }>(reef.request("POST", "/v1/bots", { name: "dev", box }), 201);
  const session = await reef.client.createSession({ botId: bot.id as never });
  const { id } = await reef.client.sendMessage(session.id, { text: "write" });
  const message = await until(async () => {
    const found = await reef.client.message(id);
    return found.state === "answered" ? found : null;
  });
  const { items } = await reef.client.entries(session.id, { limit: 20 });
  const at = (path: string) => `/v1/bots/${bot.id}/workspace${path}`;
  return { bot, text: items.at(-1)?.text ?? "", turnId: message.turnId as string, at };
}

describe("workspaces", () => {
  test("TO4: without a box that is switched on a bot has none of its tools, and no workspace", async () => {
    for (const box of [null, {}]) expect((await ask(box)).text).not.toContain("file_write");
    const { at } = await ask(null);
    expect((await reef.request("GET", at(""))).status).toBe(409);
  });

  test("a turn writes and runs in its workspace; people see what it changed, and take it back", async ({ skip }) => {
    if (!hasBox) skip();
    const { text, turnId, at } = await ask({ enabled: true });
    expect(text).toContain("# Today");
    expect(text).toContain("/work");
    const listed = await read<WorkspaceListing>(reef.request("GET", at("?depth=2")), 200);
    expect(listed.entries.map(({ path, kind }) => [path, kind])).toEqual([
      ["notes", "folder"],
      ["notes/today.md", "file"],
    ]);
    const bytes = await reef.request("GET", at("/file?path=notes/today.md"));
    expect([bytes.headers.get("content-disposition"), await bytes.text()]).toEqual([
      expect.stringContaining("attachment"),
      "# Today\n",
    ]);
    const turns = await until(async () => {
      const { items } = await read<Page<WorkspaceTurn>>(reef.request("GET", at("/turns")), 200);
      return items[0]?.isRunning === false ? items : null;
    });
    expect(turns).toMatchObject([{ id: turnId, isRunning: false }]);
    const changes = await read<WorkspaceChanges>(reef.request("GET", at(`/turns/${turnId}`)), 200);
    expect(changes.files.find(({ path }) => path === "notes/today.md")).toMatchObject({ change: "created" });
    const undone = await read<WorkspaceUndone>(reef.request("POST", at(`/turns/${turnId}/undo`)), 200);
    expect(undone.deleted).toContain("notes/today.md");
    expect((await reef.request("GET", at("/file?path=notes/today.md"))).status).toBe(404);
  });

  test("SE6: people put files in and take them out, and no path leads out of the workspace", async ({ skip }) => {
    if (!hasBox) skip();
    const { at } = await ask({ enabled: true });
    const put = (path: string) =>
      reef.request("PUT", at(`/file?path=${encodeURIComponent(path)}`), "hello", { "content-type": "text/plain" });
    expect((await put("in/hello.txt")).status).toBe(204);
    expect(await (await reef.request("GET", at("/file?path=in/hello.txt"))).text()).toBe("hello");
    for (const path of ["../../token", "/etc/passwd", "in/../../../token", "in\u0000/x", ""]) {
      const status = [
        (await put(path)).status,
        (await reef.request("GET", at(`/file?path=${encodeURIComponent(path)}`))).status,
      ];
      for (const each of status) expect([400, 404]).toContain(each);
    }
    expect((await reef.request("DELETE", at("/file?path=in"))).status).toBe(204);
    expect((await reef.request("GET", at("/file?path=in/hello.txt"))).status).toBe(404);
    expect((await reef.request("POST", at("/commands/cmd_000000000000/stop"))).status).toBe(404);
    expect((await reef.request("POST", at("/turns/trn_none/undo"))).status).toBe(404);
  });

  test("two calls that run the same command are told apart, and each is stopped alone", async ({ skip }) => {
    if (!hasBox) skip();
    const bot = await reef.client.createBot({ name: "twice", box: { enabled: true } } as never);
    const sent: Message[] = [];
    for (let n = 0; n < 2; n += 1) {
      const session = await reef.client.createSession({ botId: bot.id });
      sent.push(await reef.client.sendMessage(session.id, { text: "sleep" }));
    }
    const list = async () =>
      (await read<Page<WorkspaceCommand>>(reef.request("GET", `/v1/bots/${bot.id}/workspace/commands`), 200)).items;
    await until(async () => (await list()).length === 2);
    const turnIds = await Promise.all(sent.map(async ({ id }) => (await reef.client.message(id)).turnId));
    const [first, second] = turnIds.map((turnId) => ({ turnId, callId: expect.any(String), state: "running" }));
    expect(await list()).toEqual(
      expect.arrayContaining([expect.objectContaining(first), expect.objectContaining(second)]),
    );
    const meant = (await list()).find(({ turnId }) => turnId === turnIds[1]);
    await read(reef.request("POST", `/v1/bots/${bot.id}/workspace/commands/${meant?.id}/stop`), 204);
    await until(async () => (await reef.client.message(sent[1]?.id as never)).state === "answered");
    expect((await list()).map(({ turnId, state }) => [turnId, state]).toSorted()).toEqual(
      [
        [turnIds[0], "running"],
        [turnIds[1], "ended"],
      ].toSorted(),
    );
    await reef.client.cancelSession(sent[0]?.sessionId as never);
  });
});
