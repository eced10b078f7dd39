/** Tests what every store keeps of roots and tasks. */
import type { RootId, TaskId } from "@reef/protocol/ids";
import type { Root } from "@reef/protocol/root";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { openKit, type StoreKit } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";
import type { ScannedTask, TaskSeed } from "./tasks.ts";

function taskSeed(rest: Partial<TaskSeed> = {}): TaskSeed {
  const none = { priority: null, topicId: null, parentId: null };
  return {
    id: makeId("task"),
    title: "Paint",
    text: "Blue.",
    criteria: ["walls", "roof"],
    status: "pending",
    ...none,
    ...rest,
  };
}

function rootSeed(rest: Partial<Root> = {}): Omit<Root, "createdAt" | "updatedAt"> {
  const scan = {
    state: "waiting" as const,
    error: null,
    filesSeen: 0,
    tasksRead: 0,
    startedAt: null,
    finishedAt: null,
    tookMs: null,
  };
  const layout = { isKnown: true, projects: [{ name: "a", path: "p/a" }], taskFolders: ["tasks"] };
  return {
    id: makeId("root"),
    kind: "blackbox5",
    path: "/bb5",
    name: "bb5",
    scan,
    layout,
    counts: { tasks: 1 },
    unreadableCount: 1,
    ...rest,
  };
}

function scannedTask(rootId: RootId, key: string, rest: Partial<ScannedTask> = {}): ScannedTask {
  return {
    id: makeId("task"),
    sourceKey: `/bb5\n${key}`,
    rootId,
    ref: key,
    title: `Task ${key}`,
    status: "pending",
    priority: "high",
    conflict: null,
    labels: ["IG-1"],
    isTemplate: false,
    parentId: null,
    writtenAt: null,
    source: {
      path: `${key}/task.md`,
      project: null,
      folder: "active",
      folderStatus: null,
      statusText: "pending",
      fileStatus: "pending",
      status: "pending",
      form: "document",
      aliases: ["OTHER-1"],
      contentHash: "h1",
      duplicateOf: null,
      problems: [],
      modifiedAt: "2026-02-01T00:00:00.000Z" as ScannedTask["source"]["modifiedAt"],
    },
    detail: {
      text: "x",
      criteria: [
        { text: "one", kind: "criterion", section: null, done: false, fileDone: false, evidence: null },
        { text: "two", kind: "criterion", section: null, done: true, fileDone: true, evidence: null },
      ],
      fields: { Agent: "a" },
    },
    ...rest,
  };
}

async function readTask(kit: StoreKit, id: TaskId) {
  const task = await kit.store.read.task(id);
  if (task === null) throw new Error("no such task");
  return task;
}

const page = { limit: 100, cursor: null };

export function describeStoreTasks(name: string, open: OpenEmptyStore): void {
  describe(`tasks in the ${name} store`, () => {
    it("TK1: keeps a task of Reef's own, and what changes of it", async () => {
      await using kit = await openKit(open);
      const topic = makeId("topic");
      await kit.commit({ op: "topic.create", id: topic, topic: { name: "t", color: "#112233", order: 0 } });
      const seed = taskSeed({ topicId: topic, priority: "low" });
      await kit.commit({ op: "task.create", task: seed });
      await expect(kit.commit({ op: "task.create", task: seed })).rejects.toMatchObject({ code: "conflict" });
      const createdAt = kit.now();
      kit.clock.advance(1_000);
      const change = { op: "task.change" as const, id: seed.id };
      const { events } = await kit.commit({
        ...change,
        fields: { status: "blocked" },
        ticks: [{ n: 2, done: true, evidence: "seen" }],
      });
      const after = await readTask(kit, seed.id);
      expect(after).toMatchObject({
        status: "blocked",
        progress: { done: 1, total: 2 },
        createdAt,
        updatedAt: kit.now(),
        topicId: topic,
      });
      expect(after.criteria[1]).toMatchObject({ text: "roof", done: true, evidence: "seen", fileDone: null });
      const { text: _text, criteria: _criteria, fields: _fields, ...noun } = after;
      expect(events).toContainEqual(expect.objectContaining({ type: "task.changed", task: noun }));
      expect((await kit.commit({ ...change, fields: { status: "blocked" } })).events).toEqual([]);
      await expect(kit.commit({ ...change, ticks: [{ n: 3, done: true }] })).rejects.toMatchObject({
        code: "invalid_request",
      });
      await kit.commit({ ...change, text: "Red.", criteria: ["roof", "door"] });
      expect(await readTask(kit, seed.id)).toMatchObject({ text: "Red.", progress: { done: 1, total: 2 } });
      await kit.commit({ op: "topic.delete", id: topic });
      expect(await readTask(kit, seed.id)).toMatchObject({ topicId: null });
      await kit.commit({ op: "task.delete", id: seed.id });
      expect(await kit.store.read.task(seed.id)).toBeNull();
      await expect(kit.commit({ op: "task.delete", id: seed.id })).rejects.toMatchObject({ code: "not_found" });
    });

    it("TK1: lists the most urgent first, filtered and in pages", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const seeds = [
        taskSeed({ title: "Low 100%_done", priority: "low" }),
        taskSeed({ title: "None" }),
        taskSeed({ title: "Critical", priority: "critical", status: "done" }),
        taskSeed({ title: "High", priority: "high" }),
      ];
      for (const task of seeds) await kit.commit({ op: "task.create", task });
      await kit.commit({ op: "task.change", id: seeds[1]?.id as TaskId, fields: { botId: bot } });
      const titles = async (filter: Parameters<typeof kit.store.read.tasks>[0]) =>
        (await kit.store.read.tasks(filter, page)).items.map(({ title }) => title);
      expect(await titles({})).toEqual(["Critical", "High", "Low 100%_done", "None"]);
      expect(await titles({ status: "pending" })).toEqual(["High", "Low 100%_done", "None"]);
      expect(await titles({ botId: bot })).toEqual(["None"]);
      expect(await titles({ q: "100%_ LOW" })).toEqual(["Low 100%_done"]);
      expect(await titles({ q: "%" })).toEqual(["Low 100%_done"]);
      expect(await titles({ conflict: true })).toEqual([]);
      expect(await kit.store.read.taskCounts({})).toMatchObject({
        total: 4,
        byStatus: { pending: 3, done: 1, failed: 0 },
      });
      const first = await kit.store.read.tasks({}, { limit: 3, cursor: null });
      expect(first.items).toHaveLength(3);
      expect(
        (await kit.store.read.tasks({}, { limit: 3, cursor: first.next })).items.map(({ title }) => title),
      ).toEqual(["None"]);
      await kit.commit({ op: "bot.delete", id: bot });
      expect(await readTask(kit, seeds[1]?.id as TaskId)).toMatchObject({ botId: null });
    });

    it("RT1: keeps roots with the files that couldn't be read, one a folder", async () => {
      await using kit = await openKit(open);
      const root = rootSeed();
      const files = { unreadable: [{ path: "a.yaml", reason: "not YAML" }], skipped: [] };
      const { events } = await kit.commit({ op: "root.put", root, files });
      const createdAt = kit.now();
      expect(events).toContainEqual(
        expect.objectContaining({ type: "root.changed", root: { ...root, createdAt, updatedAt: createdAt } }),
      );
      kit.clock.advance(5);
      await kit.commit({ op: "root.put", root: { ...root, counts: { tasks: 2 } }, files: null });
      expect(await kit.store.read.root(root.id)).toEqual({
        ...root,
        counts: { tasks: 2 },
        ...files,
        createdAt,
        updatedAt: kit.now(),
      });
      await expect(kit.commit({ op: "root.put", root: rootSeed(), files })).rejects.toMatchObject({ code: "conflict" });
      expect(await kit.store.read.roots()).toHaveLength(1);
      await kit.commit({ op: "root.delete", id: root.id });
      expect(await kit.store.read.root(root.id)).toBeNull();
      await expect(kit.commit({ op: "root.delete", id: root.id })).rejects.toMatchObject({ code: "not_found" });
    });

    it("TK2: a scan takes what changed of a file, and leaves what was done in Reef", async () => {
      await using kit = await openKit(open);
      const root = rootSeed();
      await kit.commit({ op: "root.put", root, files: null });
      const one = scannedTask(root.id, "T-1");
      const { events } = await kit.commit({ op: "task.take", tasks: [one, scannedTask(root.id, "T-2")] });
      expect(events).toEqual([expect.objectContaining({ type: "tasks.changed", count: 2 })]);
      expect((await kit.commit({ op: "task.take", tasks: [one] })).events).toEqual([]);
      await kit.commit({
        op: "task.change",
        id: one.id,
        fields: { status: "done" },
        ticks: [{ n: 1, done: true, evidence: "e" }],
      });
      // Another text, and the same word about its status.
      const again = { ...one, title: "New", source: { ...one.source, contentHash: "h2" } };
      await kit.commit({ op: "task.take", tasks: [again] });
      expect(await readTask(kit, one.id)).toMatchObject({
        title: "New",
        status: "done",
        progress: { done: 2, total: 2 },
      });
      const [first, second] = one.detail.criteria;
      if (first === undefined || second === undefined) throw new Error("expected two criteria");
      const turned = {
        ...again,
        status: "blocked" as const,
        source: { ...one.source, contentHash: "h3", status: "blocked" as const },
        detail: { ...one.detail, criteria: [{ ...second, done: false, fileDone: false }, first] },
      };
      await kit.commit({ op: "task.take", tasks: [turned] });
      const after = await readTask(kit, one.id);
      expect(after).toMatchObject({ status: "blocked", progress: { done: 1, total: 2 } });
      expect(after.criteria).toMatchObject([
        { text: "two", done: false },
        { text: "one", done: true, evidence: "e" },
      ]);
      await expect(kit.commit({ op: "task.change", id: one.id, fields: { title: "x" } })).rejects.toMatchObject({
        code: "conflict",
      });
      const other = { ...scannedTask(root.id, "T-1"), id: makeId("task") };
      await expect(kit.commit({ op: "task.take", tasks: [other] })).rejects.toMatchObject({ code: "conflict" });
      expect(await kit.store.read.tasksByRef("t-1")).toMatchObject([{ id: one.id }]);
      expect(await kit.store.read.tasksBySource([one.sourceKey, "none"])).toEqual([
        { id: one.id, sourceKey: one.sourceKey, ref: "T-1", project: null, isGone: false },
      ]);
      expect(await kit.store.read.hasTasksUnder("/bb5\n")).toBe(true);
      expect(await kit.store.read.hasTasksUnder("/bb\n")).toBe(false);
    });

    it("TK3: what is gone stays with what Reef knows; with its root, only what was touched", async () => {
      await using kit = await openKit(open);
      const root = rootSeed();
      await kit.commit({ op: "root.put", root, files: null });
      const parent = scannedTask(root.id, "T-1");
      const part = scannedTask(root.id, "T-2", { parentId: parent.id });
      await kit.commit({ op: "task.take", tasks: [parent, part] });
      await kit.commit({ op: "task.change", id: part.id, fields: { status: "blocked" } });
      await kit.commit({ op: "task.gone", rootId: root.id, ids: [part.id, makeId("task")] });
      expect(await readTask(kit, part.id)).toMatchObject({ goneAt: kit.now(), status: "blocked", rootId: root.id });
      await kit.commit({ op: "task.take", tasks: [part] });
      expect(await readTask(kit, part.id)).toMatchObject({ goneAt: null, status: "blocked" });
      await kit.commit({ op: "root.delete", id: root.id });
      expect(await kit.store.read.task(parent.id)).toBeNull();
      expect(await readTask(kit, part.id)).toMatchObject({ rootId: null, parentId: null, goneAt: kit.now() });
      expect(await kit.store.read.tasksOfRoot(root.id)).toEqual([]);
    });

    it("TK4: with its session, work that nobody does any more waits again", async () => {
      await using kit = await openKit(open);
      const sessionId = await kit.session();
      const task = taskSeed();
      await kit.commit({ op: "task.create", task });
      await kit.commit({
        op: "task.change",
        id: task.id,
        fields: { sessionId, status: "in_progress" },
        isAssigned: true,
      });
      expect(await kit.store.read.taskOfSession(sessionId)).toMatchObject({ id: task.id, attempts: 1 });
      const other = makeId("session");
      await kit.commit({ op: "task.change", id: task.id, fields: { status: "done" }, ifSession: other });
      expect(await readTask(kit, task.id)).toMatchObject({ status: "in_progress" });
      const { events } = await kit.commit({ op: "session.delete", id: sessionId });
      expect(events.map(({ type }) => type)).toContain("tasks.changed");
      expect(await readTask(kit, task.id)).toMatchObject({ sessionId: null, status: "pending" });
    });
  });
}
