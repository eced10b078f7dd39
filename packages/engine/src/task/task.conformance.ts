/** Tests the rules of tasks (TK1–TK5 of SPEC.md) over any store. */

import type { TaskId } from "@reef/protocol/ids";
import type { UnreadFile } from "@reef/protocol/root";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import type { ContractChecker } from "../port/contract.ts";
import type { ScannedTask } from "../port/tasks.ts";
import { assignTask } from "../session/assign-task.ts";
import { cancelSession } from "../session/cancel.ts";
import { type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { answer, type Script } from "../testing/scripted-runtime.ts";
import { connectRoot, disconnectRoot } from "./roots.ts";
import { type FoundTask, TaskIntake } from "./take.ts";
import { createTask, deleteTask } from "./tasks.ts";

/** Checks that required fields are there, and nothing else. */
const contracts: ContractChecker = {
  refuseSchema: () => null,
  misfits: ({ required }, value) =>
    (required as string[]).filter((name) => !(name in (value as object))).map((name) => `${name} is missing`),
  lookFor: async () => null,
};

const call = (name: string, input: object) => answer("", { name, input, callId: makeId("entry") });
const report = (result: object) => call("report_result", { text: JSON.stringify(result) });

async function assigned(open: OpenStore, script: Script) {
  const reef = await startHarness(open, { script, contracts });
  const bot = await reef.newBot();
  const task = await createTask(reef.deps, {
    title: "Paint the shed",
    text: "Blue.\n</message>",
    criteria: ["walls", "roof"],
  });
  const { sessionId } = await assignTask(reef.worker.deps, task.id, { botId: bot.id, note: "Hurry." });
  if (sessionId === null) throw new Error("expected a session");
  return { reef, bot, id: task.id, sessionId };
}

function settledTask(reef: Harness, id: TaskId) {
  return reef.until(async () => {
    const task = await reef.store.read.task(id);
    return task !== null && task.status !== "in_progress" && task;
  });
}

const found = (key: string, rest: Partial<FoundTask> = {}): FoundTask => ({
  key,
  parentKey: null,
  path: `${key}/task.md`,
  ref: key.split("/").at(-1) ?? key,
  title: "T",
  text: "password: hunter2hunter2",
  status: "pending",
  priority: null,
  conflict: null,
  isTemplate: false,
  criteria: [{ text: "one", kind: "criterion", section: null, done: false }],
  labels: [],
  fields: { "API Key": "sk-abcdefghijklmnopqrstuvwxyz" },
  writtenAt: null,
  contentHash: `hash of ${key}`,
  duplicateOf: null,
  modifiedMs: 1_000,
  source: {
    project: null,
    folder: "active",
    folderStatus: null,
    statusText: "pending",
    fileStatus: "pending",
    form: "document",
    aliases: [],
    problems: [],
  },
  ...rest,
});

async function scan(
  reef: Harness,
  root: Parameters<typeof TaskIntake.open>[1],
  tasks: readonly FoundTask[],
  unchanged: readonly string[] = [],
  unreadable: readonly UnreadFile[] = [],
) {
  const intake = await TaskIntake.open(reef.deps, root);
  await intake.add(tasks);
  const keys = [...tasks.map(({ key }) => key), ...unchanged];
  await intake.finish({ keys, unreadable }, new AbortController().signal);
  return (await reef.store.read.tasks({}, { limit: 100, cursor: null })).items;
}

export function describeTasks(open: OpenStore): void {
  describe("tasks", () => {
    it("TK4: assigned, a task opens a session with its criteria as the contract; the result flows back", async () => {
      let told = "";
      const { reef, bot, id, sessionId } = await assigned(open, ({ entries }) => {
        const last = entries.at(-1);
        if (last?.kind === "person") {
          told = last.text;
          return [call("task_update", { task: id, ticks: [{ n: 1, evidence: "photo" }] })];
        }
        if (entries.filter(({ kind }) => kind === "tool_result").length === 1)
          return [
            report({
              summary: "Painted.",
              criteria: [
                { n: 1, met: true, evidence: "photo" },
                { n: 2, met: true, evidence: "looked" },
              ],
            }),
          ];
        return "done";
      });
      await using _ = reef;
      const task = await settledTask(reef, id);
      expect(told).toContain("Paint the shed");
      expect(told).toContain("Hurry.");
      expect(told).toContain("1. walls\n2. roof");
      // Its text can't end the frame it is quoted in.
      expect(told).not.toContain("\n</message>");
      expect(task).toMatchObject({
        status: "done",
        botId: bot.id,
        sessionId,
        attempts: 1,
        progress: { done: 2, total: 2 },
        result: { state: "done", text: "Painted.", sessionId },
      });
      expect(task.criteria).toMatchObject([
        { done: true, evidence: "photo" },
        { done: true, evidence: "looked" },
      ]);
      expect((await reef.store.read.session(sessionId))?.contract?.schema).toMatchObject({
        required: ["summary", "criteria"],
      });
    });

    it("TK4: a criterion that isn't met makes it partial, and no report makes it failed", async () => {
      const half = await assigned(open, ({ entries }) =>
        entries.at(-1)?.kind === "person"
          ? [
              report({
                summary: "Half.",
                criteria: [
                  { n: 1, met: true, evidence: "e" },
                  { n: 2, met: false, evidence: "rain" },
                ],
              }),
            ]
          : "done",
      );
      await using _ = half.reef;
      expect(await settledTask(half.reef, half.id)).toMatchObject({
        status: "partial",
        progress: { done: 1 },
        result: { text: "Half." },
      });
      const none = await assigned(open, () => "I think it is fine");
      await using __ = none.reef;
      const failed = await settledTask(none.reef, none.id);
      expect(failed).toMatchObject({ status: "failed", progress: { done: 0 } });
      expect(failed.result?.text).toMatch(/^It ended without an accepted result:\n- it was never reported/);
    });

    it("TK4: while it is worked on, nobody else gets it; stopped, it waits again", async () => {
      const { reef, bot, id, sessionId } = await assigned(open, async function* () {
        await new Promise(() => undefined);
        yield* [];
      });
      await using _ = reef;
      await reef.until(async () => (await reef.store.read.session(sessionId))?.status === "running");
      await expect(assignTask(reef.worker.deps, id, { botId: bot.id })).rejects.toMatchObject({ code: "conflict" });
      await cancelSession(reef.deps, sessionId, { by: "person" });
      expect(await settledTask(reef, id)).toMatchObject({ status: "pending", result: { state: "cancelled" } });
    });

    it("TK5: a bot lists, reads, creates and changes tasks, within bounds", async () => {
      const results: string[] = [];
      const steps: readonly (readonly [string, object])[] = [
        ["task_create", { title: "Sweep", criteria: ["floor"] }],
        ["task_list", { query: "sweep" }],
        ["task_read", { task: "nothing-1" }],
        ["task_update", { task: "other", status: "done" }],
        ...Array.from({ length: 20 }, (_, n) => ["task_create", { title: `More ${n}` }] as const),
      ];
      await using reef = await startHarness(open, {
        contracts,
        script: ({ entries }) => {
          const done = entries.filter(({ kind }) => kind === "tool_result");
          results.splice(0, results.length, ...done.map(({ text }) => text));
          const [name, input] = steps[done.length] ?? [];
          return name === undefined ? "done" : [call(name, input ?? {})];
        },
      });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "go")).id);
      expect(results[0]).toMatch(/^created “Sweep” \(tsk_/);
      expect(results[1]).toMatch(/^tsk_\S+ \| tsk_\w+ \| pending \| no priority \| 0\/1 met \| Sweep$/);
      expect(results[2]).toContain("there is no task named “nothing-1”");
      expect(results.at(-1)).toMatch(/^this turn has created 20 tasks/);
      expect(await reef.store.read.taskCounts({})).toMatchObject({ total: 20 });
    });

    it("TK5: “done” needs its criteria, and another bot's task is left alone", async () => {
      const results: string[] = [];
      await using reef = await startHarness(open, {
        contracts,
        script: ({ entries }) => {
          const done = entries.filter(({ kind }) => kind === "tool_result");
          results.splice(0, results.length, ...done.map(({ text }) => text));
          if (done.length === 0) return [call("task_update", { task: task.id, status: "done" })];
          if (done.length === 1)
            return [call("task_update", { task: task.id, status: "done", ticks: [{ n: 1, evidence: "e" }] })];
          return done.length === 2 ? [call("task_update", { task: other.id, status: "blocked" })] : "done";
        },
      });
      const task = await createTask(reef.deps, { title: "Mine", criteria: ["one"] });
      const other = await createTask(reef.deps, { title: "Theirs" });
      const { id: botId } = await reef.newBot({ name: "them" });
      await reef.store.commit({ at: task.createdAt, ops: [{ op: "task.change", id: other.id, fields: { botId } }] });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "go")).id);
      expect(results[0]).toContain("tick the criteria 1 with evidence first");
      expect(results[1]).toContain("1 of 1 criteria met, done");
      expect(results[2]).toContain("assigned to another bot");
      expect(await reef.store.read.task(task.id)).toMatchObject({ status: "done" });
    });

    it("TK3: imported again, moved or gone, a task stays the one it is; secrets are blacked out", async () => {
      await using reef = await startHarness(open, { contracts, script: () => "ok" });
      const given = { kind: "blackbox5" as const, path: "/bb5", name: "bb5" };
      const root = await connectRoot(reef.deps, given);
      expect((await connectRoot(reef.deps, given)).id).toBe(root.id);
      const [one] = await scan(reef, root, [found("active/T-1"), found("active/T-2")]);
      if (one === undefined) throw new Error("expected tasks");
      const whole = await reef.store.read.task(one.id);
      expect(JSON.stringify(whole)).not.toMatch(/hunter2|sk-abc/);
      expect(await scan(reef, root, [found("active/T-1"), found("active/T-2")])).toHaveLength(2);
      const moved = await scan(reef, root, [found("completed/T-1", { status: "done" })], ["active/T-2"]);
      expect(moved).toHaveLength(2);
      expect(moved.find(({ id }) => id === one.id)).toMatchObject({
        status: "done",
        goneAt: null,
        source: { path: "completed/T-1/task.md" },
      });
      const hidden = await scan(reef, root, [], ["completed/T-1"], [{ path: "active", reason: "no permission" }]);
      expect(hidden.every(({ goneAt }) => goneAt === null)).toBe(true);
      const gone = await scan(reef, root, [], ["completed/T-1"]);
      expect(gone.map(({ ref, goneAt }) => [ref, goneAt !== null])).toEqual([
        ["T-1", false],
        ["T-2", true],
      ]);
      await expect(deleteTask(reef.deps, one.id)).rejects.toMatchObject({ code: "conflict" });
      const bot = await reef.newBot();
      await expect(
        assignTask(reef.worker.deps, gone[1]?.id as ScannedTask["id"], { botId: bot.id }),
      ).rejects.toMatchObject({ code: "conflict" });
      await assignTask(reef.worker.deps, one.id, { botId: bot.id });
      await disconnectRoot(reef.deps, root.id);
      const next = await connectRoot(reef.deps, given);
      const back = await scan(reef, next, [found("completed/T-1", { status: "done" })]);
      expect(back).toMatchObject([{ id: one.id, rootId: next.id, goneAt: null, attempts: 1 }]);
    });
  });
}
