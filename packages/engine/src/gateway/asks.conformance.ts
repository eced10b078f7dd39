/** Tests AS3 over any store: asks of a gateway in the one queue, and their answers on the way there. */
import type { Ask, AskOrigin } from "@reef/protocol/ask";
import type { GatewayId } from "@reef/protocol/ids";
import { describe, expect, it } from "vitest";
import { answerAsk, undoAnswer } from "../ask/answer.ts";
import { allowOnce, refuse } from "../ask/approvals.ts";
import { settleDue } from "../ask/held-answers.ts";
import { type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { type AskWords, noteDelivery, openAskOfGateway, settleAskOfGateway } from "./asks.ts";
import { createGateway, deleteGateway } from "./gateways.ts";

const approval: AskWords = {
  kind: "approval",
  question: "May it?",
  options: [allowOnce, refuse],
  freeText: false,
  call: { tool: "exec", input: { command: "ls" }, isCut: false },
};

async function startWith(open: OpenStore) {
  const reef = await startHarness(open, { script: () => "ok" });
  const session = await reef.newSession();
  const { id: gatewayId } = await createGateway(reef.deps, {
    name: "home",
    url: "ws://127.0.0.1:18789",
    token: { from: "env", name: "TOKEN" },
  });
  const origin = (key: string, more: Partial<AskOrigin> = {}): AskOrigin => ({
    gatewayId,
    kind: "exec",
    id: key,
    key,
    expiresAt: null,
    ...more,
  });
  const unsettled = () => reef.store.read.asksOfGateway(gatewayId, 10);
  const one = async (): Promise<Ask> => {
    const [ask] = await unsettled();
    if (ask === undefined) throw new Error("expected an ask");
    return ask;
  };
  return { reef, session, gatewayId, origin, unsettled, one };
}

const statusOf = async (reef: Harness, id: Ask["sessionId"]) => (await reef.store.read.session(id))?.status;

/** What a timer begins at that time has read the store by then. */
async function passed(reef: Harness, ms: number): Promise<void> {
  reef.clock.advance(ms);
  for (let n = 0; n < 3; n += 1) await reef.store.read.asks({}, { limit: 1, cursor: null });
}

export function describeGatewayAskRules(open: OpenStore): void {
  describe("asks of a gateway", () => {
    it("AS3: it is opened once, whatever became of it, and its session needs a person", async () => {
      const { reef, session, origin, unsettled, one } = await startWith(open);
      await using _ = reef;
      const opening = () => openAskOfGateway(reef.deps, session, { words: approval, origin: origin("a") });
      await Promise.all([opening(), opening()]);
      await opening();
      expect(await unsettled()).toMatchObject([{ ...approval, origin: origin("a"), turnId: null, state: "open" }]);
      expect(await statusOf(reef, session.id)).toBe("needs_you");
      await settleAskOfGateway(reef.deps, await one(), { answer: null, note: "It expired in OpenClaw." });
      await opening();
      expect(await unsettled()).toEqual([]);
      expect(await statusOf(reef, session.id)).toBe("idle");
      expect((await reef.store.read.asks({}, { limit: 10, cursor: null })).items).toMatchObject([
        { state: "cancelled", answer: null, note: "It expired in OpenClaw." },
      ]);
    });

    it("AS3: an answer waits until it was carried; it sends no message and makes no rule here", async () => {
      const { reef, session, origin, unsettled } = await startWith(open);
      await using _ = reef;
      await openAskOfGateway(reef.deps, session, { words: approval, origin: origin("a") });
      const question: AskWords = { ...approval, kind: "question", options: [], freeText: true };
      await openAskOfGateway(reef.deps, session, { words: question, origin: origin("b", { kind: "question" }) });
      const [first, second] = await unsettled();
      if (first === undefined || second === undefined) throw new Error("expected two asks");
      await expect(answerAsk(reef.deps, first.id, { text: "run it" })).rejects.toMatchObject({
        code: "invalid_request",
      });
      expect(await answerAsk(reef.deps, first.id, { choice: allowOnce })).toMatchObject({ delivery: "waiting" });
      await expect(answerAsk(reef.deps, first.id, { choice: refuse })).rejects.toMatchObject({ code: "conflict" });
      await answerAsk(reef.deps, second.id, { text: "blue" });
      expect((await unsettled()).map(({ delivery }) => delivery)).toEqual(["waiting", "waiting"]);
      expect(await reef.store.read.approvalRules()).toEqual([]);
      expect((await reef.store.read.messages({ sessionId: session.id }, { limit: 10, cursor: null })).items).toEqual(
        [],
      );
      await noteDelivery(reef.deps, [first], { delivery: "sent", note: null });
      await noteDelivery(reef.deps, [first, second], { delivery: "too_late", note: "It came too late." });
      expect(await unsettled()).toEqual([]);
      const settled = await reef.store.read.ask(first.id);
      expect(settled).toMatchObject({ state: "answered", answer: allowOnce, delivery: "sent" });
      expect(settled?.note).toBeUndefined();
      expect(await reef.store.read.ask(second.id)).toMatchObject({ delivery: "too_late", note: "It came too late." });
      const notices = (await reef.entries(session.id)).map(({ kind, text }) => [kind, text]);
      expect(notices).toEqual([["notice", "Your answer “blue” didn’t count in OpenClaw. It came too late."]]);
      await settleAskOfGateway(reef.deps, first, { answer: refuse, note: "Answered in OpenClaw." });
      expect(await reef.store.read.ask(first.id)).toEqual(settled);
    });

    it("AS3, AS1: what is settled at the gateway while an answer can still be undone stays as it was settled there", async () => {
      const { reef, session, origin, one } = await startWith(open);
      await using _ = reef;
      await openAskOfGateway(reef.deps, session, { words: approval, origin: origin("a") });
      const { id } = await one();
      await answerAsk(reef.deps, id, { choice: allowOnce, graceMs: 5_000 });
      await settleAskOfGateway(reef.deps, { id }, { answer: refuse, note: "Answered in OpenClaw." });
      reef.clock.advance(60_000);
      await settleDue(reef.deps);
      const settled = await reef.store.read.ask(id);
      expect(settled).toMatchObject({ state: "answered", answer: refuse, note: "Answered in OpenClaw." });
      expect(settled?.held).toBeUndefined();
      expect(settled?.delivery).toBeUndefined();
      await expect(undoAnswer(reef.deps, id)).rejects.toMatchObject({ code: "conflict" });
    });

    it("AS3: several options are read as they were offered, other words only where they are accepted", async () => {
      const { reef, session, origin, one } = await startWith(open);
      await using _ = reef;
      const words: AskWords = {
        kind: "question",
        question: "Which?",
        options: ["Ham", "Olives, black"],
        freeText: true,
      };
      const ask = async (key: string, ownWords: boolean) => {
        const more = { kind: "question", questionId: "q", together: 1, multiple: true, ownWords } as const;
        await openAskOfGateway(reef.deps, session, { words, origin: origin(key, more) });
        return one();
      };
      const { id } = await ask("a", false);
      await expect(answerAsk(reef.deps, id, { text: "ham, nuts" })).rejects.toMatchObject({ code: "invalid_request" });
      expect((await answerAsk(reef.deps, id, { text: " olives, BLACK\nham\nHam " })).answer).toBe("Olives, black\nHam");
      await noteDelivery(reef.deps, [await one()], { delivery: "sent", note: null });
      expect((await answerAsk(reef.deps, (await ask("b", true)).id, { text: "nuts, please" })).answer).toBe(
        "nuts, please",
      );
    });

    it("AS3: the time that a person takes at a gateway is not the turn's", async () => {
      const signals: AbortSignal[] = [];
      const reef = await startHarness(open, {
        // biome-ignore lint/correctness/useYield: it never gets to say anything
        async *script({ signal }) {
          signals.push(signal);
          await new Promise(() => undefined);
        },
      });
      await using _ = reef;
      const bot = await reef.newBot({ limits: { turnTimeoutMs: 5_000 } });
      const session = await reef.newSession(bot);
      const message = await reef.send(session, "go");
      await reef.until(async () => reef.runtime.calls.length === 1);
      const origin = { gatewayId: "gtw_a" as GatewayId, kind: "exec", id: "a", key: "a", expiresAt: null } as const;
      reef.clock.advance(1_000);
      await openAskOfGateway(reef.deps, session, { words: approval, origin });
      // Longer than the turn may take, in steps, as a clock runs.
      for (let n = 0; n < 20; n += 1) await passed(reef, 1_000);
      const [ask] = await reef.store.read.asksOfGateway(origin.gatewayId, 1);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
      await settleAskOfGateway(reef.deps, { id: ask?.id as Ask["id"] }, { answer: refuse, note: "Answered." });
      const isOver = async () => (await reef.store.read.message(message.id))?.state === "dead";
      for (let n = 0; n < 60 && !(await isOver()); n += 1) await passed(reef, 1_000);
      expect(await reef.settled(message.id)).toMatchObject({ state: "dead", reason: "it ran longer than 5 s" });
    });

    it("AS3: a gateway that is disconnected takes its asks along", async () => {
      const { reef, session, gatewayId, origin, unsettled } = await startWith(open);
      await using _ = reef;
      for (const key of ["a", "b"])
        await openAskOfGateway(reef.deps, session, { words: approval, origin: origin(key) });
      const [first, second] = await unsettled();
      if (first === undefined || second === undefined) throw new Error("expected two asks");
      await answerAsk(reef.deps, second.id, { choice: refuse });
      expect(await reef.store.read.asksOfGateway("gtw_other" as GatewayId, 10)).toEqual([]);
      await deleteGateway(reef.deps, gatewayId);
      const note = "The gateway was disconnected from Reef.";
      expect(await reef.store.read.ask(first.id)).toMatchObject({ state: "cancelled", note });
      expect(await reef.store.read.ask(second.id)).toMatchObject({ state: "answered", delivery: "too_late", note });
      expect(await unsettled()).toEqual([]);
    });

    it("AS3, AU1: every answer leaves a line, whichever side gave it", async () => {
      const { reef, session, origin, unsettled } = await startWith(open);
      await using _ = reef;
      for (const key of ["a", "b"])
        await openAskOfGateway(reef.deps, session, { words: approval, origin: origin(key) });
      const [first, second] = await unsettled();
      if (first === undefined || second === undefined) throw new Error("expected two asks");
      await answerAsk(reef.deps, first.id, { choice: allowOnce });
      await noteDelivery(reef.deps, [first], { delivery: "sent", note: null });
      await settleAskOfGateway(reef.deps, second, { answer: refuse, note: "Answered in OpenClaw." });
      const lines = (await reef.store.read.audit({}, { limit: 20, cursor: null })).items;
      expect(lines.map(({ action, subject }) => [action, subject])).toEqual(
        expect.arrayContaining([
          ["ask.answer", first.id],
          ["ask.deliver", first.id],
          ["ask.settle", second.id],
        ]),
      );
    });
  });
}
