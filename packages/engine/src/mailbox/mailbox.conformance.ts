/** Tests the mailbox rules (MB…) of SPEC.md over any store. */

import type { Entry } from "@reef/protocol/entry";
import type { Session } from "@reef/protocol/session";
import { describe, expect, it } from "vitest";
import { answerAsk } from "../ask/answer.ts";
import { putLinks } from "../link/links.ts";
import { RuntimeFailure } from "../port/runtime.ts";
import type { OpenStore } from "../testing/harness.ts";
import { createGate, startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";
import { letItGoOn, stopIt } from "./chain.ts";
import { dismissMessage, moveMessage, retryMessage, withdrawMessage } from "./dead.ts";
import { sendMessage } from "./send.ts";

export function describeMailbox(open: OpenStore): void {
  describe("mailbox", () => {
    it("MB2: the same key sends once and gives the same id; another body under it is refused", async () => {
      await using reef = await startHarness(open, { script: () => "ok" });
      const session = await reef.newSession();
      const send = (text: string) => sendMessage(reef.deps, session.id, { message: { text }, idempotencyKey: "k1" });
      const [first, again] = await Promise.all([send("hello"), send("hello")]);
      expect(again.message.id).toBe(first.message.id);
      expect([first.created, again.created]).toEqual([true, false]);
      await expect(send("other words")).rejects.toMatchObject({ code: "idempotency_mismatch" });
      await reef.settled(first.message.id);
      expect((await send("hello")).message.id).toBe(first.message.id);
      expect(textsOf(await reef.entries(session.id), "person")).toEqual(["hello"]);
    });

    it("MB3: messages enter turns in the order they were accepted, each with its own answer", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries }) => `re ${entries.findLast((entry) => entry.kind === "person")?.text}`,
      });
      const session = await reef.newSession();
      const words = Array.from({ length: 20 }, (_, index) => `word ${index}`);
      const sent = await Promise.all(words.map((word) => reef.send(session, word)));
      for (const message of sent) expect((await reef.settled(message.id)).state).toBe("answered");
      const entries = await reef.entries(session.id);
      expect(entries.map((entry) => entry.text)).toEqual(words.flatMap((word) => [word, `re ${word}`]));
      expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
    });

    it("BO2: a message is put off for five years at most, and one beyond is refused and not sent", async () => {
      await using reef = await startHarness(open, { script: () => "never" });
      const session = await reef.newSession();
      const put = (days: number) =>
        reef.send(session, "later", { notBefore: new Date(reef.clock.now() + days * 86_400_000).toISOString() });
      await expect(put(5 * 366 + 1)).rejects.toMatchObject({
        code: "invalid_request",
        fields: [{ path: "notBefore", message: expect.stringContaining("within the next 5 years") }],
      });
      expect((await reef.store.read.totals()).queuedMessages).toBe(0);
      expect(await put(5 * 365)).toMatchObject({ state: "queued" });
    });

    it("MB3: a message with notBefore waits in the mailbox only from that time on", async () => {
      await using reef = await startHarness(open, { script: () => "ok" });
      const session = await reef.newSession();
      const notBefore = new Date(reef.clock.now() + 60_000).toISOString();
      const later = await reef.send(session, "later", { notBefore });
      const now = await reef.send(session, "now");
      await reef.settled(now.id);
      expect((await reef.store.read.message(later.id))?.state).toBe("queued");
      reef.clock.advance(60_000);
      expect((await reef.settled(later.id)).state).toBe("answered");
    });

    it("MB3: a person moves a waiting message; the turns take them in the new order", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        script: async function* () {
          await gate.opened;
          yield answer("ok");
        },
      });
      const session = await reef.newSession();
      const taken = await reef.send(session, "one");
      await reef.until(async () => (await reef.store.read.message(taken.id))?.state === "delivered");
      const two = await reef.send(session, "two");
      const three = await reef.send(session, "three");
      const moved = await moveMessage(reef.deps, three.id, { before: two.id });
      expect(moved).toMatchObject({ state: "queued", rank: two.rank, receipts: three.receipts });
      await expect(moveMessage(reef.deps, taken.id, { after: two.id })).rejects.toMatchObject({ code: "conflict" });
      gate.open();
      await Promise.all([taken, two, three].map(({ id }) => reef.settled(id)));
      expect(textsOf(await reef.entries(session.id), "person")).toEqual(["one", "three", "two"]);
    });

    it("MB4: a message to a busy session waits for the turn to end", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        script: async function* (context, call) {
          if (call === 1) await gate.opened;
          yield answer(`answer ${call} to ${context.entries.findLast((entry) => entry.kind === "person")?.text}`);
        },
      });
      const session = await reef.newSession();
      const first = await reef.send(session, "one");
      await reef.until(async () => reef.runtime.calls.length === 1);
      const second = await reef.send(session, "two");
      expect((await reef.store.read.message(second.id))?.state).toBe("queued");
      expect(reef.runtime.calls.length).toBe(1);
      gate.open();
      await reef.settled(second.id);
      const entries = await reef.entries(session.id);
      expect(entries.map((entry) => entry.text)).toEqual(["one", "answer 1 to one", "two", "answer 2 to two"]);
      expect((await reef.settled(first.id)).answeredBy).toBe(entries[1]?.id);
    });

    it("MB4: a steer message joins the running turn at the next step boundary and carries earlier ones along", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        script: async function* (_, call) {
          if (call > 1) return yield answer("done");
          await gate.opened;
          yield answer("", { name: "session_list", input: {} });
        },
      });
      const session = await reef.newSession();
      const first = await reef.send(session, "one");
      await reef.until(async () => reef.runtime.calls.length === 1);
      const queued = await reef.send(session, "two");
      const steer = await reef.send(session, "three", { mode: "steer" });
      gate.open();
      const settled = await Promise.all([first, queued, steer].map((message) => reef.settled(message.id)));
      expect(new Set(settled.map((message) => message.turnId)).size).toBe(1);
      expect((await reef.entries(session.id)).map((entry) => entry.kind)).toEqual([
        "person",
        "tool_call",
        "tool_result",
        "person",
        "person",
        "bot",
      ]);
    });

    it("MB4: an interrupt message stops the turn and is handled next; what was said so far stays", async () => {
      await using reef = await startHarness(open, {
        script: async function* (_, call) {
          if (call > 1) return yield answer("the new answer");
          yield { type: "delta", text: "the old ans" };
          await new Promise(() => undefined);
        },
      });
      const session = await reef.newSession();
      const old = await reef.send(session, "old question");
      await reef.until(async () => reef.runtime.calls.length === 1);
      const fresh = await reef.send(session, "new question", { mode: "interrupt" });
      expect((await reef.settled(fresh.id)).state).toBe("answered");
      const entries = await reef.entries(session.id);
      expect(entries.map((entry) => [entry.kind, entry.text, entry.partial])).toEqual([
        ["person", "old question", false],
        ["bot", "the old ans", true],
        ["notice", "Interrupted by a new message.", false],
        ["person", "new question", false],
        ["bot", "the new answer", false],
      ]);
      expect((await reef.settled(old.id)).state).toBe("acted");
    });

    it("MB5: a message a bot sends and the result of sending it commit together", async () => {
      await using reef = await startHarness(open, {
        script: ({ session, entries }) =>
          session.title === "to" || entries.some((entry) => entry.kind === "tool_result")
            ? "ok"
            : [answer("", { name: "session_send", input: { to: "to", text: "hi" } })],
      });
      await reef.newSession(undefined, "to");
      const from = await reef.newSession(undefined, "from");
      await reef.settled((await reef.send(from, "go")).id);
      const at = (type: string, test: (event: never) => boolean) =>
        reef.events.find((event) => event.type === type && test(event as never))?.at;
      const seqOf = (index: number) => reef.events[index]?.seq ?? 0;
      const result = reef.events.findIndex(
        (event) => event.type === "entry.created" && event.entry.kind === "tool_result",
      );
      const accepted = reef.events.findIndex(
        (event) => event.type === "message.changed" && event.message.from.kind === "session",
      );
      // They are one unit, so nothing of another turn comes between them.
      expect(Math.abs(seqOf(result) - seqOf(accepted))).toBeLessThan(6);
      expect(at("entry.created", (event: { entry: Entry }) => event.entry.kind === "tool_result")).toBeDefined();
    });

    it("MB6: receipts only move forward and name the reply", async () => {
      await using reef = await startHarness(open, { script: () => "the reply" });
      const session = await reef.newSession();
      const sent = await reef.send(session, "hello");
      const settled = await reef.settled(sent.id);
      const states = reef.events.flatMap((event) =>
        event.type === "message.changed" && event.message.id === sent.id ? [event.message.state] : [],
      );
      const order = ["queued", "delivered", "acted", "answered"];
      expect(states.map((state) => order.indexOf(state))).toEqual(
        states.map((state) => order.indexOf(state)).toSorted((a, b) => a - b),
      );
      expect(states[0]).toBe("queued");
      const { receipts } = settled;
      expect([receipts.acceptedAt, receipts.deliveredAt, receipts.actedAt, receipts.answeredAt]).not.toContain(null);
      expect((await reef.store.read.entry(settled.answeredBy as Entry["id"]))?.text).toBe("the reply");
    });

    it("MB7: after 3 failed attempts a message is dead and the next one proceeds", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries }) => {
          const asked = entries.findLast((entry) => entry.kind === "person")?.text;
          if (asked === "poison") throw new RuntimeFailure("the model choked", { retry: true });
          return "fine";
        },
      });
      const session = await reef.newSession();
      const poison = await reef.send(session, "poison");
      const next = await reef.send(session, "healthy");
      for (const attempts of [1, 2]) {
        await reef.until(async () => {
          const turn = (await reef.store.read.turns({ sessionId: session.id }, { limit: 1, cursor: null })).items[0];
          return turn?.state === "waiting" && turn.attempts === attempts;
        });
        reef.clock.advance(60_000);
      }
      expect(await reef.settled(poison.id)).toMatchObject({ state: "dead", reason: "the model choked" });
      expect((await reef.settled(next.id)).state).toBe("answered");
      expect(reef.runtime.calls.length).toBe(4);
      const dead = await reef.store.read.messages({ state: "dead" }, { limit: 10, cursor: null });
      expect(dead.items.map((message) => message.id)).toEqual([poison.id]);
    });

    it("MB7: what trying again cannot mend is dead at once; a person retries or dismisses it", async () => {
      const broken = { now: true };
      await using reef = await startHarness(open, {
        script: () => {
          if (broken.now) throw new RuntimeFailure("the key is wrong", { retry: false });
          return "works now";
        },
      });
      const session = await reef.newSession();
      const first = await reef.send(session, "one");
      const second = await reef.send(session, "two");
      expect((await reef.settled(first.id)).state).toBe("dead");
      expect((await reef.settled(second.id)).state).toBe("dead");
      expect((await reef.store.read.session(session.id))?.status).toBe("failed");
      broken.now = false;
      expect((await retryMessage(reef.deps, first.id)).retries).toBe(1);
      expect((await reef.settled(first.id)).state).toBe("answered");
      expect(textsOf(await reef.entries(session.id), "person")).toEqual(["one", "two"]);
      expect((await dismissMessage(reef.deps, second.id)).dismissedAt).not.toBeNull();
      await expect(retryMessage(reef.deps, first.id)).rejects.toMatchObject({ code: "conflict" });
    });

    it("MB7: the sender of a dead message is told, and a system message that dies tells nobody", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries, bot }) => {
          if (bot.name === "broken" || entries.some((entry) => entry.kind === "notice")) {
            throw new RuntimeFailure("no model", { retry: false });
          }
          return entries.some((entry) => entry.kind === "tool_result")
            ? "sent"
            : [answer("", { name: "session_send", input: { to: "broken", text: "hi" } })];
        },
      });
      await reef.newBot({ name: "broken" });
      const from = await reef.newSession();
      await reef.settled((await reef.send(from, "go")).id);
      const told = await reef.until(async () => {
        const { items } = await reef.store.read.messages({ sessionId: from.id }, { limit: 10, cursor: null });
        return items.find((message) => message.from.kind === "system");
      });
      expect(told.text).toContain("could not be handled: no model");
      expect((await reef.settled(told.id)).state).toBe("dead");
      const all = await reef.store.read.messages({}, { limit: 10, cursor: null });
      expect(all.items.length).toBe(3);
    });

    it("MB6: a waiting message can be withdrawn, a taken one cannot", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        script: async function* () {
          await gate.opened;
          yield answer("ok");
        },
      });
      const session = await reef.newSession();
      const taken = await reef.send(session, "one");
      await reef.until(async () => (await reef.store.read.message(taken.id))?.state === "delivered");
      const waiting = await reef.send(session, "two");
      expect((await withdrawMessage(reef.deps, waiting.id)).state).toBe("cancelled");
      await expect(withdrawMessage(reef.deps, taken.id)).rejects.toMatchObject({ code: "conflict" });
      gate.open();
      await reef.settled(taken.id);
      expect(textsOf(await reef.entries(session.id), "person")).toEqual(["one"]);
    });

    it("MB8: a link refuses; the bot sees it, it is recorded, and nothing is delivered", async () => {
      await using reef = await startHarness(open, { script: sendOnce("target") });
      const sender = await reef.newBot({ name: "sender" });
      const target = await reef.newBot({ name: "target" });
      const inbox = await reef.newSession(target);
      const from = await reef.newSession(sender);
      await putLinks(reef.deps, {
        items: [{ from: { kind: "bot", botId: sender.id }, to: { kind: "bot", botId: target.id }, allow: false }],
      });
      await reef.settled((await reef.send(from, "go")).id);
      const entries = await reef.entries(from.id);
      const result = entries.find((entry) => entry.kind === "tool_result");
      expect(result?.text).toContain("refused");
      expect(result?.tool?.isError).toBe(true);
      expect(entries.some((entry) => entry.notice?.type === "refused")).toBe(true);
      expect(reef.events.some((event) => event.type === "message.refused" && event.toSessionId === inbox.id)).toBe(
        true,
      );
      expect(await reef.entries(inbox.id)).toEqual([]);
      await putLinks(reef.deps, { items: [] });
      await reef.settled((await reef.send(from, "go again")).id);
      await reef.until(async () => (await reef.entries(inbox.id)).length > 0);
    });

    it("MB10: a chain past the hop limit is held; a person lets it go on or stops it", async () => {
      await using reef = await startHarness(open, {
        settings: { maxHops: 4 },
        // Each answers every message by writing back: without the limit this never ends.
        script: ({ bot, entries, turn }) =>
          entries.some(({ kind, turnId }) => kind === "tool_result" && turnId === turn.id)
            ? "sent"
            : [
                answer("", {
                  name: "session_send",
                  input: { to: bot.name === "a" ? "b" : "a", text: `your turn ${turn.hops}` },
                }),
              ],
      });
      const a = await reef.newSession(await reef.newBot({ name: "a" }), "a");
      await reef.newSession(await reef.newBot({ name: "b" }), "b");
      await reef.send(a, "start");
      const openAsk = () =>
        reef.until(async () => (await reef.store.read.asks({ state: "open" }, { limit: 5, cursor: null })).items[0]);
      const first = await openAsk();
      expect(first.kind).toBe("chain");
      const held = await reef.store.read.message(first.messageId as never);
      expect(held).toMatchObject({ held: true, state: "queued", hops: 5 });
      await answerAsk(reef.deps, first.id, { answer: letItGoOn });
      expect((await reef.settled(held?.id as never)).state).not.toBe("cancelled");
      const second = await openAsk();
      expect((await reef.store.read.message(second.messageId as never))?.hops).toBe(9);
      await answerAsk(reef.deps, second.id, { answer: stopIt });
      expect((await reef.settled(second.messageId as never)).state).toBe("cancelled");
    });

    it("MB10: a chain that is held in many places asks once, and the answer is for all of them", async () => {
      await using reef = await startHarness(open, {
        settings: { maxHops: 0 },
        script: ({ bot, entries }) => {
          if (bot.name !== "a") return "heard";
          if (entries.at(-1)?.kind !== "person") return "sent";
          const send = (to: string) => ({ name: "session_send", input: { to, text: "your turn" } });
          return [answer("", send("b"), send("c"), send("d"))];
        },
      });
      const a = await reef.newSession(await reef.newBot({ name: "a" }), "a");
      const others: Session[] = [];
      for (const name of ["b", "c", "d"]) others.push(await reef.newSession(await reef.newBot({ name }), name));
      const held = () => Promise.all(others.map(async ({ id }) => (await reef.store.read.queuedMessages(id))[0]));
      const run = async (decision: string) => {
        await reef.settled((await reef.send(a, "start")).id);
        expect((await held()).map((message) => message?.held)).toEqual([true, true, true]);
        const asks = (await reef.store.read.asks({ state: "open" }, { limit: 9, cursor: null })).items;
        expect(asks).toHaveLength(1);
        const ids = (await held()).map((message) => message?.id as never);
        await answerAsk(reef.deps, asks[0]?.id as never, { answer: decision });
        return Promise.all(ids.map(async (id) => (await reef.settled(id)).state));
      };
      expect(await run(stopIt)).toEqual(["cancelled", "cancelled", "cancelled"]);
      expect(await run(letItGoOn)).toEqual(["answered", "answered", "answered"]);
    });
  });
}

/** Runs a turn that writes to `name` once and then ends. */
function sendOnce(name: string): Parameters<typeof startHarness>[1]["script"] {
  return ({ bot, entries }) =>
    bot.name === name || entries.at(-1)?.kind === "tool_result" || entries.at(-1)?.kind === "notice"
      ? "done"
      : [answer("", { name: "session_send", input: { to: name, text: "hello" } })];
}

function textsOf(entries: readonly Entry[], kind: Entry["kind"]): readonly string[] {
  return entries.filter((entry) => entry.kind === kind).map((entry) => entry.text);
}
