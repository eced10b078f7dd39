/** Tests what a start settles of boxes: commands that a stop ended, and workspaces whose bots are gone. */
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { whyNoBox } from "@reef/box/testing/box-harness";
import { makeId } from "@reef/engine/ids";
import { answer } from "@reef/engine/testing/scripted-runtime";
import { expect, test } from "vitest";
import { makeFolder, serve, until } from "../testing/serve.ts";

const hasBox = (await whyNoBox()) === null;

test.skipIf(!hasBox)(
  "TU3: after a restart a bot learns once which of its commands in the background ended",
  async () => {
    const folder = await makeFolder();
    let sessionId = "";
    {
      await using reef = await serve({
        folder,
        script: ({ entries }) =>
          entries.at(-1)?.kind === "tool_result"
            ? "started"
            : [answer("", { name: "command_run", input: { command: "sleep 1000", background: true } })],
      });
      const bot = await reef.client.createBot({ name: "dev", box: { enabled: true } as never });
      const session = await reef.client.createSession({ botId: bot.id });
      sessionId = session.id;
      const sent = await reef.client.sendMessage(session.id, { text: "go" });
      await until(async () => (await reef.client.message(sent.id)).state === "answered");
    }
    for (let start = 0; start < 2; start += 1) {
      await using reef = await serve({ folder, script: () => "ok" });
      const notices = async () =>
        (await reef.client.entries(sessionId as never, { limit: 20 })).items.filter(({ kind }) => kind === "notice");
      await until(async () => (await notices()).length > 0);
      expect(await notices()).toHaveLength(1);
      expect((await notices())[0]?.text).toMatch(/ended with it: cmd_[0-9a-f]+ \(sleep 1000\)/);
    }
    await rm(folder, { recursive: true, force: true });
  },
);

test("a workspace is deleted at a start if its bot was, and stays where nothing says so", async () => {
  const folder = await makeFolder();
  let deleted = "";
  let kept = "";
  {
    await using reef = await serve({ folder, script: () => "ok" });
    deleted = (await reef.client.createBot({ name: "gone" })).id;
    kept = (await reef.client.createBot({ name: "here" })).id;
    await reef.client.deleteBot(deleted as never);
  }
  const stranger = makeId("bot");
  const paths = [deleted, kept, stranger].map((id) => join(folder, "workspaces", id));
  for (const path of paths) await mkdir(path, { recursive: true });
  await using reef = await serve({ folder, script: () => "ok" });
  await until(async () => !existsSync(paths[0] ?? ""));
  expect(paths.slice(1).every((path) => existsSync(path))).toBe(true);
  await reef[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
