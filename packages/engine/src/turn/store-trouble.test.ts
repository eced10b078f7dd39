/** Tests turns over a store that fails for some time, or whose answers are lost. */
import { AppError } from "@reef/protocol/error";
import { describe, expect, it } from "vitest";
import { openModelStore } from "../model/store.ts";
import type { Store } from "../port/store.ts";
import { cancelSession } from "../session/cancel.ts";
import { createGate, startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";

interface Faults {
  /** While set, nothing can be written. */
  trouble: AppError | null;
  /** This many units of turns are saved without an answer to the caller. */
  unseen: number;
  /** This many reads of a transcript fail. */
  bugs: number;
}

const diskIsFull = () => new AppError("storage_full", "the disk is full");

function openFaulty(faults: Faults) {
  return async (clock: Parameters<typeof openModelStore>[0]["clock"]): Promise<Store> => {
    const store = openModelStore({ clock });
    const refuse = async () => {
      if (faults.trouble !== null) throw faults.trouble;
    };
    return {
      ...store,
      problem: () => faults.trouble?.message ?? null,
      commit: (unit) => refuse().then(() => store.commit(unit)),
      claim: (...asked) => refuse().then(() => store.claim(...asked)),
      beat: (...asked) => refuse().then(() => store.beat(...asked)),
      commitTurn: async (claim, unit) => {
        await refuse();
        const done = await store.commitTurn(claim, unit);
        if (faults.unseen === 0) return done;
        faults.unseen -= 1;
        throw new AppError("unavailable", "the writer stopped");
      },
      read: {
        ...store.read,
        window: async (id) => {
          if (faults.bugs === 0) return store.read.window(id);
          faults.bugs -= 1;
          throw new TypeError("a bug");
        },
      },
    };
  };
}

const noFaults = (): Faults => ({ trouble: null, unseen: 0, bugs: 0 });

describe("a turn whose store fails", () => {
  it("SV1: keeps what was paid for until the store writes again, and counts no attempt", async () => {
    const faults = noFaults();
    await using reef = await startHarness(openFaulty(faults), {
      script: (_, call) => {
        faults.trouble = call === 1 ? diskIsFull() : null;
        return [answer("paid for", ...(call === 1 ? [{ name: "session_list", input: {} }] : []))];
      },
    });
    const message = await reef.send(await reef.newSession(), "go");
    await reef.until(async () => reef.runtime.calls.length === 1);
    for (let waited = 0; waited < 100; waited += 1) {
      reef.clock.advance(60_000);
      await new Promise(setImmediate);
    }
    expect((await reef.store.read.message(message.id))?.state).toBe("delivered");
    faults.trouble = null;
    const settled = await reef.until(async () => {
      reef.clock.advance(1_000);
      const now = await reef.store.read.message(message.id);
      return now?.state === "answered" && now;
    });
    const turn = await reef.store.read.turn(settled.turnId as never);
    expect(turn).toMatchObject({ state: "done", attempts: 0, fence: 1, usage: { modelCalls: 2 } });
    expect(reef.runtime.calls).toHaveLength(2);
  });

  it("SV1, MB5: a step that was saved unseen is not saved again", async () => {
    const faults = noFaults();
    await using reef = await startHarness(openFaulty(faults), {
      script: (_, call) => {
        if (call > 1) return "the end";
        faults.unseen = 1;
        return [answer("once", { name: "session_list", input: {} })];
      },
    });
    const session = await reef.newSession();
    const message = await reef.send(session, "go");
    await reef.until(async () => {
      reef.clock.advance(1_000);
      return (await reef.store.read.message(message.id))?.state === "answered";
    });
    const { turnId } = (await reef.store.read.message(message.id)) ?? {};
    expect(await reef.store.read.turn(turnId as never)).toMatchObject({ fence: 1, attempts: 0 });
    expect((await reef.entries(session.id)).map(({ kind, text }) => [kind, text])).toEqual([
      ["person", "go"],
      ["bot", "once"],
      ["tool_call", ""],
      ["tool_result", expect.any(String)],
      ["bot", "the end"],
    ]);
  });

  it("SV1, TU6: is stopped at once when a person asks for it, and its end is written when that can be done", async () => {
    const faults = noFaults();
    const gate = createGate();
    const aborted = Promise.withResolvers<void>();
    await using reef = await startHarness(openFaulty(faults), {
      script: async function* ({ signal }) {
        signal.addEventListener("abort", () => aborted.resolve());
        await gate.opened;
        yield answer("too late");
      },
    });
    const session = await reef.newSession();
    const message = await reef.send(session, "go");
    await reef.until(async () => reef.runtime.calls.length === 1);
    faults.trouble = diskIsFull();
    await expect(cancelSession(reef.worker.deps, session.id, { by: "person" })).rejects.toMatchObject({
      code: "storage_full",
      message: "the disk is full (what was running in Reef was stopped)",
    });
    await aborted.promise;
    faults.trouble = null;
    await reef.until(async () => {
      reef.clock.advance(1_000);
      return (await reef.store.read.message(message.id))?.state === "cancelled";
    });
    gate.open();
  });

  it("SV1: a worker ends although its turns wait for the store", async () => {
    const faults = noFaults();
    await using reef = await startHarness(openFaulty(faults), {
      script: () => {
        faults.trouble = diskIsFull();
        return "paid for";
      },
    });
    await reef.send(await reef.newSession(), "go");
    await reef.until(async () => reef.runtime.calls.length === 1);
    await reef.worker[Symbol.asyncDispose]();
    expect(reef.worker.runningTurns()).toBe(0);
    faults.trouble = null;
  });

  it("TU4, TU7: a turn that broke off is given back by its worker, and is failed the third time", async () => {
    const faults = { ...noFaults(), bugs: 1 };
    await using reef = await startHarness(openFaulty(faults), { script: () => "went on" });
    const settle = (id: Parameters<typeof reef.settled>[0]) =>
      reef.until(async () => {
        reef.clock.advance(1_000);
        const now = await reef.store.read.message(id);
        return now !== null && !["queued", "delivered"].includes(now.state) && now;
      });
    const once = await reef.send(await reef.newSession(), "go");
    expect(await settle(once.id)).toMatchObject({ state: "answered" });
    faults.bugs = 3;
    const thrice = await reef.send(await reef.newSession(), "go");
    const dead = await settle(thrice.id);
    expect(dead).toMatchObject({ state: "dead", reason: expect.stringMatching(/^Reef had an internal error/) });
    faults.bugs = Number.POSITIVE_INFINITY;
    expect(await settle((await reef.send(await reef.newSession(), "go")).id)).toMatchObject({ state: "dead" });
  });
});
