import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openModelStore } from "@reef/engine/model/store";
import { cancelSession } from "@reef/engine/session/cancel";
import { startHarness } from "@reef/engine/testing/harness";
import { answer } from "@reef/engine/testing/scripted-runtime";
import { BoxSettings } from "@reef/protocol/box";
import { describe, expect, it } from "vitest";
import { startOf } from "./run/process-tree.ts";
import { openHarness, whyNoBox } from "./testing/box-harness.ts";

const reason = await whyNoBox();
const open = async (clock: Parameters<typeof openModelStore>[0]["clock"]) => openModelStore({ clock });
const settings = BoxSettings.parse({ enabled: true });
const leaseMs = 15_000;

describe.skipIf(reason !== null)("a bot's turn with its box", () => {
  it("TU1, MB11: a bot edits a file, runs a test and shows a picture, each call with its result", async () => {
    await using box = await openHarness({ settingsOf: () => settings });
    await using reef = await startHarness(open, {
      tools: box.source.tools,
      script: ({ entries }) => {
        const results = entries.filter((entry) => entry.kind === "tool_result").length;
        const calls = [
          { name: "file_write", input: { path: "a.sh", content: "test 1 = 2 && echo green\n" } },
          { name: "command_run", input: { command: "sh a.sh" } },
          { name: "file_edit", input: { path: "a.sh", old: "1 = 2", new: "1 = 1" } },
          { name: "command_run", input: { command: "sh a.sh; printf '\\211PNG\\r\\n\\032\\n....IHDR' > p.png" } },
          { name: "file_read", input: { path: "p.png" } },
        ];
        const next = calls[results];
        return next === undefined ? "done" : [answer("", next)];
      },
    });
    const session = await reef.newSession();
    await reef.settled((await reef.send(session, "go")).id);
    const results = (await reef.entries(session.id)).filter((entry) => entry.kind === "tool_result");
    expect(results.map(({ tool, text }) => [tool?.isError, text.replace(/ after .* s/, "")])).toEqual([
      [false, "created “a.sh” (25 bytes)"],
      [true, "[exit code 1]"],
      [false, "edited “a.sh” (line 1)"],
      [false, "[exit code 0]\ngreen"],
      [false, "“p.png” is a picture: it comes with this result."],
    ]);
    expect(results.at(-1)?.attachments).toMatchObject([{ name: "p.png" }]);
  });

  it("TU6: a turn that is cancelled ends its command with all processes", async () => {
    await using box = await openHarness({ settingsOf: () => settings });
    await using reef = await startHarness(open, {
      tools: box.source.tools,
      script: () => [
        answer("", { name: "command_run", input: { command: "trap '' TERM; sleep 600 & touch up; wait" } }),
      ],
    });
    const session = await reef.newSession();
    await reef.send(session, "go");
    const bot = { id: session.botId, box: settings };
    const files = join(box.folder, "workspaces", session.botId, "files");
    await expect.poll(() => existsSync(join(files, "up"))).toBe(true);
    const [note] = await box.source.commands(bot);
    expect(startOf(note?.pid ?? 0)).not.toBeNull();
    expect((await cancelSession(reef.deps, session.id, { by: "person" })).notStopped).toEqual([]);
    await expect.poll(() => startOf(note?.pid ?? 0)).toBeNull();
    await expect.poll(async () => (await box.source.commands(bot))[0]?.endedBy).toBe("stop");
  });

  it("TU3: a command that a crash cut off is not run again, and the receipt says so", async () => {
    await using box = await openHarness({ settingsOf: () => settings });
    await using reef = await startHarness(open, {
      tools: box.source.tools,
      settings: { beatMs: 1e9 },
      script: ({ entries }) =>
        entries.some((entry) => entry.kind === "tool_result")
          ? "went on"
          : [answer("", { name: "command_run", input: { command: "echo ran >> log; touch up; sleep 600" } })],
    });
    const session = await reef.newSession();
    const message = await reef.send(session, "go");
    const files = join(box.folder, "workspaces", session.botId, "files");
    await expect.poll(() => existsSync(join(files, "up"))).toBe(true);
    reef.clock.advance(leaseMs + 1);
    reef.startWorker();
    const settled = await reef.settled(message.id);
    expect(settled.state).toBe("answered");
    expect(readFileSync(join(files, "log"), "utf8")).toBe("ran\n");
    const turn = await reef.store.read.turn(settled.turnId as never);
    expect(turn?.crashReceipt?.unknown).toMatchObject([{ name: "command_run", settledBy: "skip" }]);
  });
});
