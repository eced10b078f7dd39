import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startOf } from "./run/process-tree.ts";
import { openHarness, whyNoBox } from "./testing/box-harness.ts";

const reason = await whyNoBox();

describe.skipIf(reason !== null)("commands", () => {
  it("TO3: a command's exit code, signal and working folder are as it left them", async () => {
    await using harness = await openHarness();
    const bot = harness.newBot();
    expect(await bot.call("command_run", { command: "mkdir -p a/b; echo done" })).toMatch(
      /^\[exit code 0 after \d+\.\d s\]\ndone$/,
    );
    expect(await bot.call("command_run", { command: "pwd; exit 7", cwd: "a/b" })).toMatch(
      /^error: \[exit code 7 after .*\]\n\/work\/a\/b$/,
    );
    expect(await bot.call("command_run", { command: "kill -9 $$" })).toContain("exit code 137 (SIGKILL)");
    expect(await bot.call("command_run", { command: "nice" })).toContain("\n10");
    expect(await bot.call("command_run", { command: "true", cwd: "none" })).toContain("error: [could not start");
    expect(await bot.call("command_run", { command: "true", cwd: "../.." })).toContain("leads out of the workspace");
    expect(await bot.call("command_run", { command: "echo out; echo err >&2; echo again > /dev/stdout" })).toContain(
      "out\nerr\nagain",
    );
  });

  it("TO3: a command in the background goes on after its call, shows its output, and stops with all its children", async () => {
    await using harness = await openHarness();
    const bot = harness.newBot();
    const started = await bot.call("command_run", {
      command: "touch up; echo hello; (trap '' TERM; while true; do sleep 1; done) & wait",
      background: true,
    });
    const id = /^(cmd_[0-9a-f]{12}) runs in the background/.exec(started)?.[1] ?? "";
    await expect.poll(() => bot.call("command_output", { id })).toBe("[still running]\nhello");
    expect(await bot.call("command_output", {})).toContain(`${id} [still running]`);
    const { pid } = (await harness.source.commands(bot))[0] ?? {};
    expect(await bot.call("command_stop", { id })).toMatch(/\[stopped after .*, with all its processes\]/);
    expect(startOf(pid ?? 0)).toBeNull();
    expect(await bot.call("command_stop", { id })).toContain("does not run");
    expect(await bot.call("command_output", { id })).toContain("hello");
    expect(await bot.call("command_output", { id: "cmd_../../x" })).toContain("error: there is no command");
  });

  it("TO3: at most so many run in the background, and another bot's do not count or show", async () => {
    await using harness = await openHarness();
    const bot = harness.newBot({ limits: { ...harness.newBot().box.limits, background: 2 } });
    const other = harness.newBot();
    const start = (who = bot) => who.call("command_run", { command: "sleep 600", background: true });
    const first = await start();
    expect(await start()).toContain("runs in the background");
    expect(await start()).toContain("error: 2 commands of yours run in the background already");
    expect(await start(other)).toContain("runs in the background");
    const id = first.split(" ")[0] ?? "";
    expect(await other.call("command_output", { id })).toContain("error: there is no command");
    expect(await other.call("command_stop", { id })).toContain("error: there is no command");
    await bot.call("command_stop", { id });
    await expect.poll(() => start()).toContain("runs in the background");
  });

  it("TO3: bots that share a workspace see the same files and the same commands", async () => {
    await using harness = await openHarness();
    const [one, two] = [harness.newBot({ workspace: "team" }), harness.newBot({ workspace: "team" })];
    await one.call("file_write", { path: "a.txt", content: "ours" });
    expect(await two.call("command_run", { command: "cat a.txt" })).toContain("ours");
    expect(await two.call("command_output", {})).toContain("cat a.txt");
    await harness.source.forgetBot(one.id);
    expect(await two.call("file_read", { path: "a.txt" })).toBe("ours");
  });

  it("TU3: a command ends with Reef, however Reef ends, and is said to be lost afterwards", async () => {
    const folder = await mkdtemp(join(tmpdir(), "reef-box-crash-"));
    try {
      const url = new URL("./testing/command-process.ts", import.meta.url);
      const child = spawn(process.execPath, [fileURLToPath(url), folder], { stdio: ["ignore", "pipe", "inherit"] });
      const text = await new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data))));
      const { botId, pid, id } = JSON.parse(text) as { botId: string; pid: number; id: string };
      const started = join(folder, "workspaces", botId, "files/started");
      await expect.poll(() => existsSync(started)).toBe(true);
      const start = startOf(pid);
      expect(start).not.toBeNull();
      child.kill("SIGKILL");
      await expect.poll(() => startOf(pid)).not.toBe(start);
      await using harness = await openHarness({ dataFolder: folder });
      const bot = harness.newBot();
      const box = { id: botId as typeof bot.id, box: bot.box };
      expect(await harness.source.commands(box)).toMatchObject([{ id, state: "lost", endedBy: "restart" }]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("TU3: when Reef stops in order, commands stop before it", async () => {
    const harness = await openHarness();
    const bot = harness.newBot();
    await bot.call("command_run", { command: "sleep 600", background: true });
    const [note] = await harness.source.commands(bot);
    await harness.source[Symbol.asyncDispose]();
    expect(startOf(note?.pid ?? 0)).toBeNull();
    expect(await bot.call("command_run", { command: "true" })).toContain("error: Reef is stopping");
    await harness[Symbol.asyncDispose]();
  });

  it("TU6: a call that was cancelled before it began runs nothing", async () => {
    await using harness = await openHarness();
    const bot = harness.newBot();
    const stopped = AbortSignal.abort(new Error("cancelled"));
    expect(await bot.call("command_run", { command: "touch ran" }, stopped)).toContain("cancelled");
    expect(existsSync(join(bot.root, "ran"))).toBe(false);
  });

  it("TO2: output is told while the command runs, with its escape codes", async () => {
    const told: string[] = [];
    await using harness = await openHarness({ onProgress: ({ callId, text }) => told.push(`${callId}:${text}`) });
    await harness.newBot().call("command_run", { command: "printf '\\033[1mbold\\033[0m\\n'" });
    expect(told.join("")).toBe("call:\u001b[1mbold\u001b[0m\n");
  });

  it("TO1: a search for a regular expression runs in the box, is bounded, and says what is wrong with it", async () => {
    await using harness = await openHarness();
    const bot = harness.newBot();
    await bot.call("command_run", {
      command:
        'mkdir -p src node_modules/x; for i in $(seq 300); do echo "line $i foo" >> src/a.ts; done; echo foo > b.md',
    });
    expect(await bot.call("file_search", { pattern: "line 2[0-9] f", glob: "*.ts", limit: 3 })).toBe(
      "src/a.ts:20:line 20 foo\nsrc/a.ts:21:line 21 foo\nsrc/a.ts:22:line 22 foo\n[There may be more: narrow the search.]",
    );
    expect(await bot.call("file_search", { pattern: "foo", path: "b.md" })).toBe("b.md:1:foo");
    expect(await bot.call("file_search", { pattern: "(" })).toContain("error: the search failed");
    expect(await bot.call("file_search", { pattern: "(", exact: true })).toContain("No results");
    expect(await bot.call("file_search", { pattern: "x", path: "none" })).toContain("does not exist");
    expect(await bot.call("file_search", { pattern: "--files" })).toContain("No results");
  });
});
