/** Tests AS1 over any store: an answer that can be taken back for a moment. */
import type { Ask } from "@reef/protocol/ask";
import { describe, expect, it } from "vitest";
import { cancelSession } from "../session/cancel.ts";
import { type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { type Script, answer as says } from "../testing/scripted-runtime.ts";
import { answerAsk, undoAnswer } from "./answer.ts";
import { settleDue } from "./held-answers.ts";

const asking: Script = ({ entries }) =>
  entries.at(-1)?.kind === "person"
    ? [says("", { name: "ask_person", input: { question: "red or blue?", options: ["red", "blue"] } })]
    : `heard: ${entries.at(-1)?.text}`;

async function askedIn(open: OpenStore) {
  const reef = await startHarness(open, { script: asking });
  const session = await reef.newSession();
  const sent = await reef.send(session, "which?");
  const ask = await reef.until(async () => (await asksOf(reef))[0]);
  await reef.until(async () => reef.worker.runningTurns() === 0);
  return { reef, session, sent, ask };
}

async function asksOf(reef: Harness): Promise<readonly Ask[]> {
  return (await reef.store.read.asks({}, { limit: 10, cursor: null })).items;
}

export function describeHeldAnswers(open: OpenStore): void {
  describe("held answers", () => {
    it("AS1, AS2: an answer with grace is durable at once, stays open for that long, and then resumes the waiting step", async () => {
      const { reef, ask, sent, session } = await askedIn(open);
      await using _ = reef;
      const held = await answerAsk(reef.deps, ask.id, { choice: "Blue", graceMs: 5_000 });
      expect(held).toMatchObject({ state: "open", answer: null, held: { answer: "blue" } });
      expect(await reef.store.read.ask(ask.id)).toEqual(held);
      reef.clock.advance(4_000);
      await settleDue(reef.deps);
      expect((await reef.store.read.session(session.id))?.status).toBe("needs_you");
      const settled = await reef.until(async () => {
        reef.clock.advance(1_000);
        const now = await reef.store.read.ask(ask.id);
        return now?.state === "answered" && now;
      });
      expect(settled).toMatchObject({ answer: "blue" });
      expect(settled.held).toBeUndefined();
      expect((await reef.settled(sent.id)).state).toBe("answered");
      expect((await reef.entries(session.id)).at(-1)?.text).toBe("heard: The person answered: blue");
    });

    it("AS1: taken back within its grace it never was; afterwards it is too late", async () => {
      const { reef, ask } = await askedIn(open);
      await using _ = reef;
      await expect(undoAnswer(reef.deps, ask.id)).rejects.toMatchObject({ code: "conflict" });
      await answerAsk(reef.deps, ask.id, { choice: "blue", graceMs: 5_000 });
      expect(await undoAnswer(reef.deps, ask.id)).toEqual(ask);
      reef.clock.advance(60_000);
      await settleDue(reef.deps);
      expect(await reef.store.read.ask(ask.id)).toEqual(ask);
      await answerAsk(reef.deps, ask.id, { choice: "red" });
      await expect(undoAnswer(reef.deps, ask.id)).rejects.toMatchObject({ code: "conflict" });
      await expect(answerAsk(reef.deps, ask.id, { choice: "blue", graceMs: 1 })).rejects.toMatchObject({
        code: "conflict",
      });
    });

    it("AS1: another answer takes the place of a held one, an answer without grace takes effect at once, each once", async () => {
      const { reef, ask } = await askedIn(open);
      await using _ = reef;
      await answerAsk(reef.deps, ask.id, { choice: "blue", graceMs: 5_000 });
      expect((await answerAsk(reef.deps, ask.id, { choice: "red", graceMs: 5_000 })).held?.answer).toBe("red");
      const stale = { op: "ask.answer", id: ask.id, answer: "blue", heldUntil: ask.createdAt } as const;
      await expect(reef.store.commit({ ops: [stale], at: ask.createdAt })).rejects.toMatchObject({ code: "conflict" });
      expect(await answerAsk(reef.deps, ask.id, { choice: "blue" })).toMatchObject({
        state: "answered",
        answer: "blue",
      });
      reef.clock.advance(60_000);
      await settleDue(reef.deps);
      expect((await reef.store.read.ask(ask.id))?.answer).toBe("blue");
      expect(await reef.store.read.heldAsks(10)).toEqual([]);
    });

    it("AS1: what was held when nobody was there takes effect at the next look; a cancelled turn's goes with its question", async () => {
      const { reef, ask, session } = await askedIn(open);
      await using _ = reef;
      await answerAsk(reef.deps, ask.id, { choice: "blue", graceMs: 5_000 });
      await cancelSession(reef.deps, session.id, { by: "person" });
      expect(await reef.store.read.ask(ask.id)).toMatchObject({ state: "cancelled", answer: null });
      expect(await reef.store.read.heldAsks(10)).toEqual([]);
      expect(await settleDue(reef.deps)).toBeNull();
    });
  });
}
