/** Kills a worker at every await of a turn, with tools of each policy: the end is the same as without (TU2, TU3, MB5). */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { leaseMs } from "../port/store.ts";
import { type DyingStore, makeDyingStore } from "../testing/dying-store.ts";
import { type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { answer, type Script } from "../testing/scripted-runtime.ts";
import { defineTool, type Tool } from "../tool/tool.ts";

type Policy = "unit" | "replay" | "skip";

const policies: readonly Policy[] = ["unit", "replay", "skip"];
/** More writes than any of these turns makes. */
const neverAt = 1_000;

export function describeEveryAwait(open: OpenStore): void {
  describe("a turn whose worker dies", () => {
    it.each(
      policies,
    )("TU2, TU3, TU5, MB5: killed at every await of a turn, with a tool of the policy %s, and woken later", async (policy) => {
      const whole = await runWithDeath(open, { policy, at: neverAt, isWritten: false });
      expect(whole.writes).toBeGreaterThanOrEqual(policy === "unit" ? 3 : 4);
      for (let at = 1; at <= whole.writes; at += 1) {
        for (const isWritten of [false, true]) {
          const end = await runWithDeath(open, { policy, at, isWritten });
          const where = `write ${at}, ${isWritten ? "written" : "not written"}`;
          expect(end.words, where).toEqual(whole.words);
          expect(end.mail, where).toEqual(["the news"]);
          expect(end.results, where).toBe(whole.results);
          if (policy === "skip") expect(end.runs, where).toBeLessThanOrEqual(1);
          if (policy === "replay") expect(end.runs, where).toBeGreaterThanOrEqual(1);
        }
      }
    });
  });
}

interface End {
  /** Writes of the first worker. */
  readonly writes: number;
  /** What people and the bot said. */
  readonly words: readonly string[];
  /** What reached the other session. */
  readonly mail: readonly string[];
  readonly results: number;
  /** How often the tool ran outside. */
  readonly runs: number;
}

async function runWithDeath(
  open: OpenStore,
  { policy, at, isWritten }: { readonly policy: Policy; readonly at: number; readonly isWritten: boolean },
): Promise<End> {
  const dying = makeDyingStore({ at, isWritten });
  const runs: string[] = [];
  await using reef = await startHarness(open, {
    tools: [actTool(policy === "unit" ? "skip" : policy, runs)],
    settings: { beatMs: 1e9 },
    storeOfWorker: dying.store,
    script: scriptOf(policy),
  });
  try {
    return await play(reef, { dying, runs, policy, isWritten });
  } finally {
    // Its late writes are refused, and it can be ended.
    dying.wake();
  }
}

async function play(
  reef: Harness,
  {
    dying,
    runs,
    policy,
    isWritten,
  }: {
    readonly dying: DyingStore;
    readonly runs: readonly string[];
    readonly policy: Policy;
    readonly isWritten: boolean;
  },
): Promise<End> {
  const session = await reef.newSession();
  const other = await reef.newSession(await reef.newBot({ name: "other" }), "other");
  const message = await reef.send(session, "go");
  const isDead = await Promise.race([dying.frozen.then(() => true), reef.settled(message.id).then(() => false)]);
  if (isDead) {
    reef.clock.advance(leaseMs + 1);
    const late: string[] = [];
    // What it had wanted to write comes while the other worker is in the middle of the turn.
    reef.startWorker(async function* (context, call) {
      if (!isWritten && late.length === 0 && context.turn.id === dying.frozenTurn()) {
        dying.wake();
        late.push((await dying.lateWrite).state);
      }
      const steps = scriptOf(policy)(context, call);
      if (typeof steps === "string") yield answer(steps);
      else yield* steps;
    });
    if (!isWritten) await reef.until(async () => late.length > 0);
    expect(late).toEqual(isWritten ? [] : ["fenced"]);
  }
  expect((await reef.settled(message.id)).state).toBe("answered");
  const before = await readEnd(reef, { session: session.id, other: other.id });
  const writes = dying.writes();
  dying.wake();
  // Whatever it wanted to write is refused by the time that a later message is answered.
  await reef.settled((await reef.send(session, "and now?")).id);
  const after = await readEnd(reef, { session: session.id, other: other.id });
  expect(after).toEqual({ ...before, words: [...before.words, "and now?", "that is all"] });
  return { ...before, writes, runs: runs.length };
}

async function readEnd(
  reef: Harness,
  { session, other }: { readonly session: Parameters<Harness["entries"]>[0]; readonly other: typeof session },
): Promise<Omit<End, "writes" | "runs">> {
  const entries = await reef.entries(session);
  const mail = (await reef.entries(other)).filter(({ kind }) => kind === "session");
  return {
    words: entries.flatMap(({ kind, text }) => ((kind === "person" || kind === "bot") && text !== "" ? [text] : [])),
    mail: mail.map(({ text }) => text),
    results: entries.filter(({ kind }) => kind === "tool_result").length,
  };
}

function scriptOf(policy: Policy): Script {
  return ({ session, entries }) => {
    if (session.title === "other") return "noted";
    if (entries.some(({ text }) => text === "and now?")) return "that is all";
    const results = entries.filter(({ kind }) => kind === "tool_result").length;
    const send = { name: "session_send", input: { to: "other", text: "the news" } };
    if (policy === "unit") return results === 0 ? [answer("I write.", send)] : "done";
    if (results === 0) return [answer("I act.", { name: "act", input: {} }, send)];
    return "done";
  };
}

function actTool(afterCrash: "replay" | "skip", runs: string[]): Tool {
  return defineTool({
    name: "act",
    description: "Acts outside.",
    input: z.strictObject({}),
    effects: { kind: "outside", afterCrash },
    changes: "lasting",
    words: "others",
    tells: "nobody",
    folds: false,
    async run({ callId }) {
      runs.push(callId);
      return { type: "result", text: "acted" };
    },
  });
}
