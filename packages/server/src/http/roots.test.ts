/** Tests connected folders and their tasks over the API. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { answer } from "@reef/engine/testing/scripted-runtime";
import type { Bot } from "@reef/protocol/bot";
import type { BotId } from "@reef/protocol/ids";
import type { RootWithFiles } from "@reef/protocol/root";
import type { Task, TaskWithDetail } from "@reef/protocol/task";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

let reef: Served;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reef-roots-"));
  reef = await serve({
    script: ({ entries }) => {
      const criteria = [{ n: 1, met: true, evidence: "seen" }];
      const text = JSON.stringify({ summary: "Did it.", criteria });
      return entries.at(-1)?.kind === "person" ? [answer("", { name: "report_result", input: { text } })] : "done";
    },
  });
});
afterAll(async () => {
  await reef[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function ask<Value>(method: string, path: string, body: object | undefined, status: number): Promise<Value> {
  const response = await reef.request(method, path, body);
  const told = response.status === 204 ? null : await response.json();
  expect([response.status, told]).toEqual([status, status === 204 ? null : expect.anything()]);
  return told as Value;
}

async function put(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

const tasksOf = async (id: string, rest = "") =>
  (await ask<{ readonly items: readonly Task[] }>("GET", `/v1/tasks?rootId=${id}&limit=500${rest}`, undefined, 200))
    .items;

async function connected(path: string): Promise<RootWithFiles> {
  const { id } = await ask<RootWithFiles>("POST", "/v1/roots", { kind: "blackbox5", path }, 201);
  return until(async () => {
    const root = await ask<RootWithFiles>("GET", `/v1/roots/${id}`, undefined, 200);
    return root.scan.state === "done" && root;
  });
}

const text =
  "# TASK-1: Paint\n\n**Status:** pending\n\nexport API_KEY=abcdefgh12345678\n\n## Success Criteria\n- [ ] walls\n";

describe("connected folders over the API", () => {
  test("RT1: a folder is scanned, followed, and its task given to a bot", async () => {
    const path = join(folder, "one");
    await put(path, "5-project-memory/acme/tasks/active/TASK-1/task.md", text);
    await put(path, "5-project-memory/acme/tasks/completed/TASK-2/task.md", "# Two\n**Status:** pending\n");
    await put(path, "bad.yaml", "a: [");
    await symlink("/etc", join(path, "etc"));
    const root = await connected(path);
    expect(root).toMatchObject({
      kind: "blackbox5",
      name: "one",
      counts: { tasks: 2 },
      unreadableCount: 2,
      scan: { state: "done" },
    });
    expect(root.layout.projects).toEqual([{ name: "acme", path: "5-project-memory/acme" }]);
    expect(root.unreadable).toEqual([
      { path: "etc", reason: "a symbolic link: not followed" },
      { path: "bad.yaml", reason: expect.stringMatching(/^not YAML: /) },
    ]);
    const [one, two] = await tasksOf(root.id);
    expect(one).toMatchObject({ ref: "TASK-1", title: "Paint", status: "pending", progress: { done: 0, total: 1 } });
    expect(two).toMatchObject({ status: "done", conflict: expect.stringContaining("“completed”") });
    expect(await tasksOf(root.id, "&conflict=true")).toHaveLength(1);
    const whole = await ask<TaskWithDetail>("GET", `/v1/tasks/${one?.id}`, undefined, 200);
    expect(whole.text).toContain("API_KEY=[redacted secret]");

    // Again: the same root, and no doubles.
    expect((await connected(path)).id).toBe(root.id);
    expect(await tasksOf(root.id)).toHaveLength(2);

    // What changes is seen without being asked for.
    await rename(
      join(path, "5-project-memory/acme/tasks/completed/TASK-2"),
      join(path, "5-project-memory/acme/tasks/active/TASK-2"),
    );
    await put(path, "5-project-memory/acme/tasks/active/TASK-3/task.md", "# Three\n");
    await until(async () => (await tasksOf(root.id)).some(({ ref }) => ref === "TASK-3"));
    const moved = (await tasksOf(root.id)).find(({ ref }) => ref === "TASK-2");
    expect(moved).toMatchObject({ id: two?.id, status: "pending", conflict: null });
    await rm(join(path, "5-project-memory/acme/tasks/active/TASK-3"), { recursive: true });
    await until(async () => (await tasksOf(root.id, "&gone=true")).some(({ ref }) => ref === "TASK-3"));

    const bot = await ask<Bot>("POST", "/v1/bots", { name: "painter" }, 201);
    const given = await ask<TaskWithDetail>("POST", `/v1/tasks/${one?.id}/assign`, { botId: bot.id }, 200);
    expect(given).toMatchObject({ status: "in_progress", botId: bot.id, attempts: 1 });
    const done = await until(async () => {
      const task = await ask<TaskWithDetail>("GET", `/v1/tasks/${one?.id}`, undefined, 200);
      return task.status === "done" && task;
    });
    expect(done).toMatchObject({
      progress: { done: 1 },
      result: { state: "done", text: "Did it.", sessionId: given.sessionId },
    });

    await ask("DELETE", `/v1/roots/${root.id}`, undefined, 204);
    expect(await ask<Task>("GET", `/v1/tasks/${one?.id}`, undefined, 200)).toMatchObject({
      rootId: null,
      status: "done",
    });
    await ask("GET", `/v1/tasks/${two?.id}`, undefined, 404);
    await ask("GET", `/v1/roots/${root.id}`, undefined, 404);
  });

  test("SE6: what isn't a folder, or is Reef's own, is refused; only an operator connects any", async () => {
    await put(folder, "file", "x");
    for (const path of ["relative", join(folder, "none"), join(folder, "file"), reef.folder, dirname(reef.folder)])
      await ask("POST", "/v1/roots", { kind: "blackbox5", path }, 400);
    await ask("POST", "/v1/roots", { kind: "other", path: folder }, 400);
    await ask("POST", "/v1/roots/rot_1/scan", undefined, 404);
    const code = reef.server.makeLoginCode();
    const login = await reef.server.app.request(`${reef.server.url}/v1/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    });
    const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    const refused = await reef.server.app.request(`${reef.server.url}/v1/roots`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", origin: reef.server.url },
      body: JSON.stringify({ kind: "blackbox5", path: folder }),
    });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("REEF_IMPORT_FOLDERS")]);
  });

  test("RT2: a folder that is gone fails its scan, and its tasks stay", async () => {
    const path = join(folder, "gone");
    await put(path, "tasks/active/TASK-1/task.md", "# T\n");
    const root = await connected(path);
    await rename(path, `${path}-away`);
    const failed = await until(async () => {
      const now = await ask<RootWithFiles>("GET", `/v1/roots/${root.id}`, undefined, 200);
      return now.scan.state === "failed" && now;
    });
    expect(failed.scan.error).toBe("the folder is gone");
    expect(await tasksOf(root.id, "&gone=false")).toHaveLength(1);
    await rename(`${path}-away`, path);
    await until(
      async () => (await ask<RootWithFiles>("GET", `/v1/roots/${root.id}`, undefined, 200)).scan.state === "done",
    );
  });

  test("TK1: tasks of Reef's own are created, listed, changed and deleted", async () => {
    const made = await ask<TaskWithDetail>(
      "POST",
      "/v1/tasks",
      { title: "Sweep", criteria: ["floor"], priority: "high" },
      201,
    );
    expect(made).toMatchObject({ status: "pending", source: null, progress: { done: 0, total: 1 } });
    const patch = { status: "blocked", ticks: [{ n: 1, done: true, evidence: "clean" }] };
    expect(await ask<Task>("PATCH", `/v1/tasks/${made.id}`, patch, 200)).toMatchObject({
      status: "blocked",
      progress: { done: 1 },
    });
    await ask("PATCH", `/v1/tasks/${made.id}`, { ticks: [{ n: 2, done: true }] }, 400);
    await ask("PATCH", `/v1/tasks/${made.id}`, { status: "later" }, 400);
    await ask("POST", "/v1/tasks", { title: " " }, 400);
    expect(await ask<{ total: number }>("GET", "/v1/tasks/counts?status=blocked", undefined, 200)).toMatchObject({
      total: 1,
    });
    await ask("POST", `/v1/tasks/${made.id}/assign`, { botId: "bot_1" }, 400);
    await ask("DELETE", `/v1/tasks/${made.id}`, undefined, 204);
    await ask("GET", `/v1/tasks/${made.id}`, undefined, 404);
  });

  test("ME2, SE5: decisions and learnings become memories with file and time; templates are counted, a repeat adds nothing", async () => {
    const path = join(folder, "knowing");
    const registry = "5-project-memory/acme/.autonomous/decisions/decision_registry.yaml";
    const secret = "sk-proj-abcdefghijklmnopqrstuvwx1234";
    await put(
      path,
      registry,
      `decisions:\n- id: DEC-1\n  title: Use SQLite\n  timestamp: '2026-01-31T18:58:49Z'\n  rationale: one file, ${secret}\n- id: DEC-2\n  title: **bold\n`,
    );
    await put(path, "5-project-memory/acme/tasks/active/TASK-1/task.md", text);
    await put(
      path,
      "5-project-memory/acme/tasks/active/TASK-1/LEARNINGS.md",
      "# LEARNINGS.md - TASK-1\n\n## What worked\n- Small steps\n",
    );
    await put(
      path,
      "5-project-memory/acme/tasks/active/TASK-2/LEARNINGS.md",
      "# LEARNINGS\n\n## What worked\n- FILL_ME\n",
    );
    const { id } = await connected(path);
    const bot = await reef.client.createBot({ name: "Historian" });
    const learn = (rest: object) => reef.client.importKnowledge(id, { botId: bot.id, ...rest });
    const wanted = { files: 2, added: 2, known: 0, templates: 1, redacted: 1 };
    expect(await learn({ dryRun: true })).toMatchObject({ ...wanted, dryRun: true });
    expect(await learn({})).toMatchObject(wanted);
    const again = await learn({});
    expect(again).toMatchObject({ added: 0, known: 2 });
    expect(again.unreadable).toEqual([{ path: `${registry}:6`, reason: expect.any(String) }]);
    const { items } = await reef.client.memories(bot.id);
    expect(items.find(({ kind }) => kind === "fact")).toMatchObject({
      text: "Decision: Use SQLite\none file, [redacted key]",
      trust: "import",
      source: { kind: "import", name: `knowing: ${registry}` },
      occurredAt: "2026-01-31T18:58:49.000Z",
      metadata: { blackbox5: { decision: "DEC-1", file: registry } },
    });
    expect(items.find(({ kind }) => kind === "note")?.text).toBe("TASK-1 · What worked\n- Small steps");
    expect(await learn({ what: ["learnings"], dryRun: true })).toMatchObject({ known: 1, unreadable: [] });
    await expect(
      reef.client.importKnowledge(id, { botId: "bot_01a22de0-3fd2-74a6-8f4f-54df3a6c2931" as BotId }),
    ).rejects.toThrow("bot");
  });
});

const real = join(process.env.REEF_SHARED_DATA ?? join(import.meta.dirname, "../../../../../shared/data"), "blackbox5");

describe.skipIf(!existsSync(real))("a part of the real tree", () => {
  test("RT1: is connected, with a task for every file of one", async () => {
    const root = await connected(real);
    expect(root).toMatchObject({ layout: { isKnown: true }, counts: { topics: 15, decisions: 864 }, unreadable: [] });
    expect(await tasksOf(root.id)).toHaveLength(root.counts.tasks ?? 0);
    await ask("DELETE", `/v1/roots/${root.id}`, undefined, 204);
  });
});
