import { createManualClock } from "@reef/engine/testing/manual-clock";
import { AppError } from "@reef/protocol/error";
import type { Progress } from "@reef/protocol/progress";
import { expect, test } from "vitest";
import { createProgressList } from "./progress-list.ts";

function openList() {
  const clock = createManualClock();
  const told: Progress[] = [];
  const errors: unknown[] = [];
  const log = { error: (facts: object) => void errors.push(facts) };
  return { clock, told, errors, list: createProgressList({ clock, log, onChange: (each) => told.push(each) }) };
}

const head = { kind: "warm", title: "home" } as const;

async function ended(list: ReturnType<typeof openList>["list"], id: string): Promise<Progress> {
  return list.settled(id, 60_000);
}

test("work says how far it is, and in the end what came of it", async () => {
  const { list, told } = openList();
  const { id, state } = list.start(head, async (work) => {
    work.at({ done: 1, total: 2, current: "main" });
    work.problem("dev", "no answer");
    return undefined;
  });
  expect(state).toBe("running");
  expect(await ended(list, id)).toMatchObject({
    state: "done",
    done: 1,
    total: 2,
    current: null,
    problems: [{ what: "dev", reason: "no answer" }],
  });
  expect(told.at(-1)).toMatchObject({ id, state: "done" });
  expect(list.list().map((each) => each.id)).toEqual([id]);
});

test("the same work is not begun twice while it runs", async () => {
  const { list } = openList();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const first = list.start(head, () => promise);
  expect(list.start(head, () => promise).id).toBe(first.id);
  expect(list.start({ ...head, title: "away" }, () => promise).id).not.toBe(first.id);
  resolve(undefined);
  await ended(list, first.id);
  expect(list.start(head, async () => undefined).id).not.toBe(first.id);
});

test("cancelled work stops at its next step, and says so", async () => {
  const { list } = openList();
  const { id } = list.start(head, async (work) => {
    await new Promise((resolve) => work.signal.addEventListener("abort", resolve));
    work.signal.throwIfAborted();
    return undefined;
  });
  await Promise.resolve();
  list.cancel(id);
  expect(await ended(list, id)).toMatchObject({ state: "cancelled", error: null });
});

test("what fails says why; a bug's words stay in the log", async () => {
  const { list, errors } = openList();
  const expected = list.start(head, () => Promise.reject(new AppError("unavailable", "the gateway is away")));
  expect(await ended(list, expected.id)).toMatchObject({ state: "failed", error: "the gateway is away" });
  expect(errors).toEqual([]);
  const bug = list.start(head, () => Promise.reject(new Error("secret words")));
  expect((await ended(list, bug.id)).error).not.toContain("secret");
  expect(errors).toHaveLength(1);
});

test("what ended is known for an hour, and what runs is ended with the server", async () => {
  const { list, clock } = openList();
  const old = list.start(head, async () => undefined);
  await ended(list, old.id);
  clock.advance(3_600_001);
  const running = list.start({ ...head, title: "next" }, async (work) => {
    await new Promise((resolve) => work.signal.addEventListener("abort", resolve));
    return undefined;
  });
  expect(() => list.get(old.id)).toThrow(/there is no background work/);
  await list[Symbol.asyncDispose]();
  expect(list.get(running.id).endedAt).not.toBeNull();
});
