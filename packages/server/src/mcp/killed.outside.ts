/**
 * A bot of Reef's loop edits a file through the published filesystem server and runs a test in its box, while Reef is
 * killed with SIGKILL at many moments: nothing happens twice, and the receipt says what is known (TU2, TU3).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { whyNoBox } from "@reef/box/testing/box-harness";
import { type Client, createClient } from "@reef/client/client";
import type { Bot } from "@reef/protocol/bot";
import { freePort } from "@reef/runtimes/testing/free-port";
import { type ModelServer, startModelServer } from "@reef/runtimes/testing/model-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { outsidePackages } from "../testing/outside-packages.ts";
import { until } from "../testing/serve.ts";

const folder = outsidePackages("filesystem", { "@modelcontextprotocol/server-filesystem": "2026.8.31" });
const program = join(folder, "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js");
const hasBox = (await whyNoBox()) === null;

let data: string;
let notes: string;
let model: ModelServer;
let port: number;
let reef: { readonly child: ChildProcess; readonly client: Client };
let bot: Bot;
beforeAll(async () => {
  if (!hasBox) return;
  data = await mkdtemp(join(tmpdir(), "reef-killed-data-"));
  notes = await mkdtemp(join(tmpdir(), "reef-killed-notes-"));
  await chmod(notes, 0o777);
  // A message is a tool's name and its input as JSON.
  model = await startModelServer({
    script: ({ messages, results }) => {
      if (results.length > 0) return { text: `heard: ${results.at(-1)}` };
      const said = messages.filter(({ role }) => role === "user").map(({ text }) => text);
      const lines = [...said.join("\n").matchAll(/^(fs__edit_file|command_run) (\{.*\})$/gm)];
      const [, name = "", input = ""] = lines.at(-1) ?? [];
      return name === "" ? { text: "no command" } : { calls: [{ name, input: JSON.parse(input) }] };
    },
  });
  port = await freePort();
  reef = await start();
  const server = await reef.client.createMcpServer({
    name: "fs",
    transport: { kind: "stdio", command: "node", args: [program, notes], env: {} },
    box: {
      folders: [
        { path: folder, write: false },
        { path: notes, write: true },
      ],
    } as never,
  });
  await reef.client.checkMcpServer(server.id);
  bot = await reef.client.createBot({
    name: "Worker",
    runtime: "loop",
    mcp: [{ serverId: server.id }],
    box: { enabled: true } as never,
  });
});
afterAll(async () => {
  if (!hasBox) return;
  await kill();
  await model[Symbol.asyncDispose]();
  for (const each of [data, notes]) await rm(each, { recursive: true, force: true });
});

async function start(): Promise<typeof reef> {
  const env = {
    PATH: process.env.PATH,
    HOME: data,
    REEF_DATA: data,
    REEF_PORT: String(port),
    REEF_OLLAMA_URL: "off",
    REEF_MODEL_BASE_URL: `${model.url}/v1`,
    REEF_MODEL: "scripted",
    REEF_MODEL_API_KEY: "none",
  };
  const main = join(import.meta.dirname, "../main.ts");
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`reef ended with ${code}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      const ready = /^reef ready (\S+)$/m.exec(String(chunk))?.[1];
      if (ready !== undefined) resolve(ready);
    });
  });
  const token = (await readFile(join(data, "token"), "utf8")).trim();
  return { child, client: createClient({ baseUrl: url, token }) };
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => reef.child.once("exit", resolve));
  reef.child.removeAllListeners("exit");
  reef.child.once("exit", () => undefined);
  reef.child.kill("SIGKILL");
  await Promise.race([ended, until(() => Promise.resolve(reef.child.signalCode !== null))]);
}

/** Sends it, kills Reef at that moment, starts it again, and says of an open question that nobody knows. */
async function killed(text: string, moment: { readonly after: "accepted" | "started"; readonly ms: number }) {
  // What earlier sessions said would be recalled, and is no request.
  const session = await reef.client.createSession({ botId: bot.id, memory: "off" });
  const sent = await reef.client.sendMessage(session.id, { text });
  const entries = async () => (await reef.client.entries(session.id, { limit: 50 })).items;
  if (moment.after === "started") await until(async () => (await entries()).some(({ kind }) => kind === "tool_call"));
  await wait(moment.ms);
  await kill();
  reef = await start();
  let asked = "";
  await until(async () => {
    const [open] = (await reef.client.asks({ sessionId: session.id, state: "open" })).items;
    if (open !== undefined && asked === "") {
      asked = open.kind;
      await reef.client.answerAsk(open.id, { choice: "Skip it" });
    }
    return (await reef.client.message(sent.id)).state === "answered";
  });
  const all = await entries();
  const [turn] = (await reef.client.turnsOfSession(session.id)).items;
  return {
    asked,
    receipt: turn?.crashReceipt ?? null,
    calls: all.filter(({ kind }) => kind === "tool_call").length,
    results: all.filter(({ kind }) => kind === "tool_result").map(({ text: said }) => said),
  };
}

const moments = [
  ...[0, 60].map((ms) => ({ after: "accepted" as const, ms })),
  ...[0, 20, 150, 600].map((ms) => ({ after: "started" as const, ms })),
];

test.skipIf(!hasBox).each(moments)(
  "TU3: an edit through the filesystem server, killed $ms ms after it was $after",
  async (moment) => {
    const file = join(notes, `${moment.after}-${moment.ms}.txt`);
    await writeFile(file, "begin\nEND\n", { mode: 0o666 });
    await chmod(file, 0o666);
    const edits = [{ oldText: "END", newText: "edited\nEND" }];
    const { asked, receipt, calls, results } = await killed(
      `fs__edit_file ${JSON.stringify({ path: file, edits })}`,
      moment,
    );
    const times = (await readFile(file, "utf8")).split("edited").length - 1;
    expect([calls, results.length]).toEqual([1, 1]);
    expect(times).toBeLessThanOrEqual(1);
    // Without a question the result is the server's own, so the edit is there, once.
    if (asked === "") expect([results[0], times]).toEqual([expect.stringContaining("+edited"), 1]);
    else expect([asked, receipt]).toEqual(["unknown", expect.anything()]);
  },
);

test.skipIf(!hasBox).each(moments)("TU3: a test in the box, killed $ms ms after it was $after", async (moment) => {
  const file = `${moment.after}-${moment.ms}.txt`;
  const command = `echo ran >> ${file}; sleep 0.3; node -e 0; echo passed >> ${file}; cat ${file}`;
  const { asked, calls, results, receipt } = await killed(`command_run ${JSON.stringify({ command })}`, moment);
  expect([asked, calls, results.length]).toEqual(["", 1, 1]);
  const listed = await readFile(join(data, "workspaces", bot.id, "files", file), "utf8").catch(() => "");
  const ran = listed.split("ran").length - 1;
  expect(ran).toBeLessThanOrEqual(1);
  if (results[0]?.includes("exit code 0") === true) expect(listed).toBe("ran\npassed\n");
  else expect([results[0], receipt]).toEqual([expect.stringMatching(/unknown/), expect.anything()]);
});
