import { appendFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ImportReport } from "@reef/protocol/import";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Served, serve, until } from "../../testing/serve.ts";

let reef: Served;
let root: string;
beforeEach(async () => {
  reef = await serve();
  root = await mkdtemp(join(tmpdir(), "reef-import-"));
});
afterEach(async () => {
  await reef[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

async function write(path: string, ...lines: readonly unknown[]): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  const texts = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  await writeFile(join(root, path), `${texts.join("\n")}\n`);
}

const at = (second: number) => new Date(Date.UTC(2026, 1, 11, 9, 0, second)).toISOString();

function message(id: string, parentId: string | null, fields: Readonly<Record<string, unknown>>, second = 1) {
  return { type: "message", id, parentId, timestamp: at(second), message: fields };
}

const said = (text: string) => ({ role: "user", content: [{ type: "text", text }] });
const answered = (text: string) => ({ role: "assistant", content: [{ type: "text", text }] });
const head = { type: "session", version: 3, id: "0b0e6c1e-0000-4000-8000-000000000001", timestamp: at(0) };
const main = "agents/main/sessions/0b0e6c1e-0000-4000-8000-000000000001.jsonl";

/** Writes one agent with a workspace and one conversation. */
async function writeOpenClaw(): Promise<void> {
  await write("openclaw.json", { agents: { list: [{ id: "main", name: "Clawd" }] } });
  await write("workspace/SOUL.md", "You are calm.");
  await write(
    "workspace/MEMORY.md",
    "# People",
    "- Ana likes short answers",
    "- Bo works at night",
    "",
    "## Keys",
    "api_key: abcdefgh12345678",
  );
  await write("workspace/memory/2026-02-10.md", "Chose SQLite for the store.");
  await write("agents/main/sessions/sessions.json", {
    "agent:main:telegram:group:-100:topic:4": { sessionId: head.id, displayName: "Research" },
  });
  await write(
    main,
    head,
    { type: "model_change", id: "m1", parentId: null, timestamp: at(0) },
    message("a1", "m1", said("what is in the log? my key is sk-proj-abcdefghijklmnopqrstuvwx1234"), 1),
    message(
      "a2",
      "a1",
      { role: "assistant", content: [{ type: "toolCall", id: "c1", name: "read", arguments: { path: "log" } }] },
      2,
    ),
    message(
      "a3",
      "a2",
      { role: "toolResult", toolCallId: "c1", toolName: "read", content: [{ type: "text", text: "42 lines" }] },
      3,
    ),
    message("a4", "a3", answered("42 lines."), 4),
    message(
      "a5",
      "a4",
      { ...answered("a word from another"), provenance: { kind: "inter_session", sourceSessionKey: "agent:dev:main" } },
      5,
    ),
  );
}

async function run(dryRun = false): Promise<ImportReport> {
  let progress = await reef.client.importOpenClaw({ source: { from: "folder", path: root }, dryRun });
  progress = await until(async () => {
    const now = await reef.client.progress(progress.id);
    return now.state !== "running" && now;
  });
  expect(progress).toMatchObject({ state: "done", error: null });
  return progress.report as ImportReport;
}

test("a preview writes nothing and says what an import then makes", async () => {
  await writeOpenClaw();
  const preview = await run(true);
  expect((await reef.client.bots()).items).toEqual([]);
  expect(preview).toMatchObject({
    dryRun: true,
    bots: { found: 1, made: 1 },
    sessions: { found: 1, made: 1 },
    entries: { found: 5, made: 5 },
    memories: { found: 4, made: 4 },
    redacted: 2,
    problems: [],
  });
  const { botList, sessionList, ...counts } = await run();
  expect(counts).toEqual({
    ...counts,
    ...{ bots: preview.bots, entries: preview.entries, memories: preview.memories },
  });
  expect(counts.redacted).toBe(2);
  expect(botList).toMatchObject([{ agentId: "main", name: "Clawd", state: "new" }]);
  expect(sessionList).toMatchObject([{ key: "agent:main:telegram:group:-100:topic:4", title: "Research" }]);
});

test("transcripts come over whole and in order, each word as whose it is, secrets blacked out (SE5)", async () => {
  await writeOpenClaw();
  const report = await run();
  const session = await reef.client.session(report.sessionList[0]?.sessionId as never);
  expect(session).toMatchObject({ title: "Research", unread: 0, archivedAt: null });
  const { items } = await reef.client.entries(session.id);
  expect(items.map(({ kind, text, at: time }) => [kind, text, time])).toEqual([
    ["person", "what is in the log? my key is [redacted key]", at(1)],
    ["tool_call", "", at(2)],
    ["tool_result", "42 lines", at(3)],
    ["bot", "42 lines.", at(4)],
    ["session", "a word from another", at(5)],
  ]);
  const bot = await reef.client.bot(session.botId);
  expect(bot).toMatchObject({ name: "Clawd", instructions: "You are calm." });
  const memories = (await reef.client.memories(bot.id, { kind: "note" })).items;
  expect(memories.map(({ text, trust }) => [text, trust]).toSorted()).toEqual([
    ["Ana likes short answers", "import"],
    ["Bo works at night", "import"],
    ["Chose SQLite for the store.", "import"],
    ["api_key: [redacted secret]", "import"],
  ]);
});

test("read in again, nothing comes twice; what came since is added, and what a person changed stays", async () => {
  await writeOpenClaw();
  const first = await run();
  const sessionId = first.sessionList[0]?.sessionId as never;
  await reef.client.changeSession(sessionId, { title: "Mine" });
  expect(await run()).toMatchObject({
    bots: { found: 1, made: 0 },
    sessions: { found: 1, made: 0 },
    entries: { found: 5, made: 0 },
    memories: { found: 4, made: 0 },
    redacted: 1,
  });
  await appendFile(join(root, main), `${JSON.stringify(message("a6", "a5", said("go on"), 6))}\n`);
  expect(await run()).toMatchObject({ entries: { found: 6, made: 1 }, sessionList: [{ state: "grown", sessionId }] });
  expect((await reef.client.entries(sessionId)).items.map(({ text }) => text).slice(-2)).toEqual([
    "a word from another",
    "go on",
  ]);
  expect((await reef.client.session(sessionId)).title).toBe("Mine");
  expect((await reef.client.sessions()).items).toHaveLength(1);
});

test("notes in the memory folder and in folders below are memories of their day; OpenClaw's own files are not", async () => {
  await write("agents/main/sessions/sessions.json", {});
  await write("workspace/memory/2026-02-03.md", "# Store", "- Chose SQLite", "api_key: abcdefgh12345678");
  await write("workspace/memory/2026-02-30.md", "No such day");
  await write("workspace/memory/2026-02-04-garden.md", "Planted tomatoes");
  await write("workspace/memory/projects/reef.md", "Reef is a monorepo");
  await write("workspace/memory/projects/2026-02-05.md", "Moved the tests");
  await write("workspace/memory/dreaming/deep/2026-02-05.md", "- Candidate: tomatoes");
  await write("workspace/memory/.dreams/session-corpus/2026-02-05.md", "- raw words");
  await write("workspace/memory/heartbeat-state.json", {});
  await mkdir(join(root, "workspace/memory/a/b/c/d/e/f"), { recursive: true });
  const report = await run();
  const bot = report.botList[0]?.botId as never;
  const memories = (await reef.client.memories(bot, { kind: "note" })).items;
  const found = memories.map(({ text, occurredAt, source, metadata }) => [text, occurredAt, source, metadata]);
  const linesOf = (file: string) => [
    { kind: "import", name: `OpenClaw main ${file}` },
    { file, ...(file === "memory/2026-02-03.md" && { heading: "Store" }) },
  ];
  expect(found.toSorted()).toEqual([
    ["Chose SQLite\napi_key: [redacted secret]", "2026-02-03T00:00:00.000Z", ...linesOf("memory/2026-02-03.md")],
    ["Moved the tests", "2026-02-05T00:00:00.000Z", ...linesOf("memory/projects/2026-02-05.md")],
    ["No such day", null, ...linesOf("memory/2026-02-30.md")],
    ["Planted tomatoes", "2026-02-04T00:00:00.000Z", ...linesOf("memory/2026-02-04-garden.md")],
    ["Reef is a monorepo", null, ...linesOf("memory/projects/reef.md")],
  ]);
  expect(report.problems).toEqual([
    { path: "workspace/memory/heartbeat-state.json", reason: "not a note: only .md files are read here" },
    { path: "workspace/memory/.dreams", reason: "OpenClaw's own working files, not notes" },
    { path: "workspace/memory/a/b/c/d/e", reason: expect.stringContaining("deep") },
    { path: "workspace/memory/dreaming", reason: expect.stringContaining("reports") },
  ]);
});

test("a preview counts what several notes say once, as an import does", async () => {
  await write("agents/main/sessions/sessions.json", {});
  await write("workspace/MEMORY.md", "- Ana likes tea");
  await write("workspace/memory/2026-02-03.md", "- Ana likes tea", "- Nothing new");
  await write("workspace/memory/2026-02-04.md", "- Nothing new");
  const counts = { found: 4, made: 2 };
  expect(await run(true)).toMatchObject({ memories: counts });
  expect(await run()).toMatchObject({ memories: counts });
  await write("workspace/memory/2026-02-05.md", "- It rained");
  await write("workspace/memory/2026-02-06.md", "- It rained");
  const grown = { found: 6, made: 1 };
  expect(await run(true)).toMatchObject({ memories: grown });
  expect(await run()).toMatchObject({ memories: grown });
  expect(await run()).toMatchObject({ memories: { found: 6, made: 0 } });
});

test("what was left behind when a person went back is not taken over; a broken chain is taken whole", async () => {
  await write(
    main,
    head,
    message("a1", null, said("first")),
    message("a2", "a1", answered("left behind")),
    message("a3", "a1", answered("kept")),
  );
  await write(
    "agents/main/sessions/other.jsonl",
    message("b1", "gone", said("one")),
    message("b2", "gone too", said("two")),
    message("b3", "gone as well", said("three")),
  );
  const { sessionList } = await run();
  const texts = await Promise.all(
    sessionList.map(async ({ sessionId }) =>
      (await reef.client.entries(sessionId as never)).items.map(({ text }) => text),
    ),
  );
  expect(texts.toSorted()).toEqual([
    ["first", "kept"],
    ["one", "two", "three"],
  ]);
});

test("what cannot be read is told with its reason, and the rest is taken", async () => {
  await write(main, head, message("a1", null, said("hello")), "{not json", '"a text"');
  await write("agents/main/sessions/empty.jsonl", { ...head, id: "e" });
  await write("agents/main/sessions/notes.txt", "x");
  await write("agents/main/agent/openclaw-agent.sqlite", "SQLite format 3");
  await write("openclaw.json", "{ // comments\n agents: {} }");
  const report = await run();
  expect(report).toMatchObject({ entries: { found: 1, made: 1 }, problemCount: 5 });
  expect(report.problems.map(({ path, reason }) => `${path}: ${reason}`).toSorted()).toEqual([
    expect.stringMatching(/^agents\/main\/agent: .*only its gateway may read/),
    expect.stringMatching(/0001\.jsonl: 2 of 5 lines are not messages \(line 3, 4\)/),
    "agents/main/sessions/empty.jsonl: nothing was said in it",
    "agents/main/sessions/notes.txt: no transcript",
    expect.stringMatching(/^openclaw\.json: .*comments/),
  ]);
});

test("SE6: nothing outside of the folder is read: no link is followed, no name climbs out", async () => {
  const outside = await mkdtemp(join(tmpdir(), "reef-outside-"));
  await writeFile(join(outside, "x.jsonl"), `${JSON.stringify(message("x1", null, said("outside")))}\n`);
  await writeFile(join(outside, "MEMORY.md"), "- outside\n");
  await write("openclaw.json", {
    agents: { list: [{ id: "main", workspace: outside }, { id: "../../etc" }, { id: "dev", workspace: "../up" }] },
  });
  await mkdir(join(root, "agents/main/sessions"), { recursive: true });
  await symlink(join(outside, "x.jsonl"), join(root, "agents/main/sessions/x.jsonl"));
  await symlink(outside, join(root, "agents/linked"));
  await mkdir(join(root, "agents/dev"), { recursive: true });
  await symlink(outside, join(root, "agents/dev/sessions"));
  await symlink(join(outside, "MEMORY.md"), join(root, "agents/dev/MEMORY.md"));
  await mkdir(join(root, "agents/dev/memory"));
  await symlink(outside, join(root, "agents/dev/memory/projects"));
  await symlink(join(outside, "MEMORY.md"), join(root, "agents/dev/memory/2026-02-03.md"));
  const report = await run();
  expect(report).toMatchObject({ entries: { found: 0 }, memories: { found: 0 }, bots: { found: 2 } });
  const told = report.problems.map(({ path }) => path);
  for (const path of [
    "agents/linked",
    "agents/main/sessions/x.jsonl",
    "agents/dev/sessions",
    "agents/dev/MEMORY.md",
    "agents/dev/memory/projects",
    "agents/dev/memory/2026-02-03.md",
    outside,
    "../up",
  ]) {
    expect(told).toContain(path);
  }
  await rm(outside, { recursive: true });
});

test("SE7: a folder that is not there, a file, and a path that is not whole are refused with what was expected", async () => {
  await write("file", "x");
  for (const path of [join(root, "none"), join(root, "file"), "relative/path"]) {
    const refused = reef.client.importOpenClaw({ source: { from: "folder", path } });
    await expect(refused).rejects.toMatchObject({ code: "invalid_request", fields: [{ path: "source.path" }] });
  }
});

test("SE6: a login imports only from folders that the settings name, and learns nothing of others; the token names any", async () => {
  await writeOpenClaw();
  const other = await mkdtemp(join(tmpdir(), "reef-other-"));
  await using home = await serve({ config: { importFolders: [root] } });
  const { url, app } = home.server;
  const login = await app.request(`${url}/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url, host: new URL(url).host },
    body: JSON.stringify({ code: home.server.makeLoginCode() }),
  });
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  const ask = async (path: string) => {
    const response = await app.request(`${url}/v1/import/openclaw`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: url, host: new URL(url).host, cookie },
      body: JSON.stringify({ source: { from: "folder", path }, dryRun: true }),
    });
    return { status: response.status, text: await response.text() };
  };
  await symlink(other, join(root, "link"));
  await mkdir(join(home.folder, "import", "mine"), { recursive: true });
  expect((await ask(root)).status).toBe(202);
  expect((await ask(join(root, "workspace"))).status).toBe(202);
  expect((await ask(join(home.folder, "import", "mine"))).status).toBe(202);
  const refusals = [
    other,
    join(other, "none"),
    `${root}-beside`,
    join(root, "link"),
    join(root, ".."),
    home.folder,
    "/etc",
  ];
  const told = new Set<string>();
  for (const path of refusals) {
    const { status, text } = await ask(path);
    expect([path, status]).toEqual([path, 400]);
    expect(text).toContain("REEF_IMPORT_FOLDERS");
    told.add(JSON.parse(text).detail);
  }
  expect(told.size).toBe(1);
  const byToken = await home.client.importOpenClaw({ source: { from: "folder", path: other }, dryRun: true });
  expect(byToken.kind).toBe("import");
  await rm(other, { recursive: true, force: true });
});
