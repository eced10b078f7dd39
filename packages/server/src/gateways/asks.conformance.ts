/**
 * Tests that what waits for a person at a gateway waits in Reef's queue, and is answered there (AS3): the same suite for
 * the double and the real gateway.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ask } from "@reef/protocol/ask";
import type { AskId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { type GatewayAddress, openSide, type Side } from "@reef/runtimes/openclaw/testing/drive";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, type Joined, serveJoined } from "../testing/join.ts";

export interface WaitingGateway extends GatewayAddress {
  kill(): Promise<void>;
  start(): Promise<void>;
}

export function describeGatewayAsks(name: string, open: () => Promise<WaitingGateway>): void {
  describe(`what waits for a person at the ${name} gateway`, { timeout: 300_000 }, () => {
    let gateway: WaitingGateway;
    let there: Side;
    let reef: Joined;
    const folder = mkdtempSync(join(tmpdir(), "reef-asks-"));
    const own = crypto.randomUUID().slice(0, 8);
    beforeAll(async () => {
      gateway = await open();
      there = openSide(gateway);
      await there.connection.ready(AbortSignal.timeout(200_000));
      reef = await serveJoined(gateway);
      await reef.ready();
    });
    afterAll(async () => {
      await reef[Symbol.asyncDispose]();
      await there[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });

    const keyOf = ({ id }: Session) => `agent:main:reef-${id.slice("ses_".length)}`;
    const effect = (file: string) => existsSync(join(folder, file));
    const touching = (file: string) => `[[tool=exec {"command":"touch ${join(folder, file)}"}]]`;
    const asking = (...questions: readonly object[]) =>
      `[[tool=tool_call ${JSON.stringify({ id: "ask_user", args: { questions } })}]] [[say=thanks]]`;
    const colour = {
      id: "q1",
      header: "Color",
      question: "Which colour?",
      options: [{ label: "Red", description: "warm" }, { label: "Blue" }],
    };

    /** A session made here, whose commands need a person there. */
    async function guarded(title: string): Promise<Session> {
      const bot = await reef.client.adoptAgent(reef.gatewayId, "main");
      const session = await reef.client.createSession({ botId: bot.id, title: `${title} ${own}` });
      const key = keyOf(session);
      await there.connection.request("sessions.create", { key, agentId: "main", label: session.title });
      await there.connection.request("sessions.patch", { key, permissionMode: "guarded" });
      return session;
    }

    const asksOf = async (sessionId: SessionId, state: Ask["state"] = "open") =>
      (await reef.client.asks({ sessionId, state })).items;
    const askOf = (sessionId: SessionId) => eventually(async () => (await asksOf(sessionId))[0]);
    const askWhen = (id: AskId, is: (ask: Ask) => boolean) =>
      eventually(async () => {
        const ask = await reef.client.ask(id);
        return is(ask) && ask;
      });
    const answerOf = async (sessionId: SessionId, messageId: string) =>
      eventually(async () => {
        const message = await reef.client.message(messageId as never);
        if (message.state !== "answered") return false;
        return (await reef.transcript(sessionId)).findLast(({ kind }) => kind === "bot")?.text;
      });
    const waitsThere = async () =>
      (await there.connection.request("exec.approval.list", {})) as readonly { readonly id: string }[];

    test("AS3: an OpenClaw exec approval answered from Reef runs the command on the gateway", async () => {
      const session = await guarded("allowed");
      const sent = await reef.client.sendMessage(session.id, { text: `${touching("allowed")} [[say=it is done]]` });
      const ask = await askOf(session.id);
      expect(ask).toMatchObject({
        kind: "approval",
        options: ["Allow once", "Don’t allow"],
        freeText: false,
        call: { tool: "exec", input: { command: `touch ${join(folder, "allowed")}` }, isCut: false },
        origin: { gatewayId: reef.gatewayId, kind: "exec" },
      });
      expect(ask.question).toContain(`touch ${join(folder, "allowed")}`);
      expect((await reef.client.session(session.id)).status).toBe("needs_you");
      expect(effect("allowed")).toBe(false);
      const answered = await reef.client.answerAsk(ask.id, { choice: "Allow once" });
      expect(answered).toMatchObject({ state: "answered", answer: "Allow once" });
      await expect(reef.client.answerAsk(ask.id, { choice: "Don’t allow" })).rejects.toMatchObject({
        code: "conflict",
      });
      expect(await answerOf(session.id, sent.id)).toBe("it is done");
      expect(await askWhen(ask.id, ({ delivery }) => delivery !== "waiting")).toMatchObject({ delivery: "sent" });
      expect((await reef.client.ask(ask.id)).note).toBeUndefined();
    });

    test("AS3: denied from Reef, the command does not run", async () => {
      const session = await guarded("denied");
      const sent = await reef.client.sendMessage(session.id, { text: `${touching("denied")} [[say=as you wish]]` });
      await reef.client.answerAsk((await askOf(session.id)).id, { choice: "Don’t allow" });
      expect(await answerOf(session.id, sent.id)).toBe("as you wish");
      expect(effect("denied")).toBe(false);
      const lines = (await reef.client.audit({ action: "ask.answer" })).items;
      expect(lines.length).toBeGreaterThan(0);
    });

    test("AS3: answered in OpenClaw, it is settled here and says where", async () => {
      const session = await guarded("over there");
      const sent = await reef.client.sendMessage(session.id, { text: `${touching("there")} [[say=fine]]` });
      const ask = await askOf(session.id);
      const id = ask.origin?.id;
      await there.connection.request("exec.approval.resolve", { id, decision: "allow-once" });
      expect(await askWhen(ask.id, ({ state }) => state !== "open")).toMatchObject({
        state: "answered",
        answer: "Allow once",
        note: "Answered in OpenClaw.",
      });
      expect(await answerOf(session.id, sent.id)).toBe("fine");
      expect((await reef.client.session(session.id)).status).toBe("idle");
    });

    test("AS3: a question is answered from Reef, by an option or in words", async () => {
      const session = await guarded("question");
      const sent = await reef.client.sendMessage(session.id, { text: asking(colour) });
      const ask = await askOf(session.id);
      expect(ask).toMatchObject({ kind: "question", options: ["Red", "Blue"], freeText: true });
      expect(ask.question).toMatch(/Which colour\?[\s\S]*Red[\s\S]*warm/);
      await reef.client.answerAsk(ask.id, { choice: "blue" });
      expect(await answerOf(session.id, sent.id)).toBe("thanks");
      const result = (await reef.transcript(session.id)).find(({ kind }) => kind === "tool_result");
      expect(result?.text).toContain("Color: Blue");
      const again = await reef.client.sendMessage(session.id, { text: asking(colour) });
      await reef.client.answerAsk((await askOf(session.id)).id, { text: "green, with dots" });
      expect(await answerOf(session.id, again.id)).toBe("thanks");
      const results = (await reef.transcript(session.id)).filter(({ kind }) => kind === "tool_result");
      expect(results.at(-1)?.text).toContain("Color: green, with dots");
    });

    test("AS3: questions that were asked together are answered one by one and carried together", async () => {
      const session = await guarded("together");
      const toppings = {
        id: "q2",
        header: "Toppings",
        question: "Which toppings?",
        options: [{ label: "Ham" }, { label: "Olives" }, { label: "Nuts" }],
        multiSelect: true,
      };
      const sent = await reef.client.sendMessage(session.id, { text: asking(colour, toppings) });
      const [first, second] = await eventually(async () => {
        const asks = await asksOf(session.id);
        return asks.length === 2 && asks;
      });
      if (first === undefined || second === undefined) throw new Error("expected two asks");
      await reef.client.answerAsk(second.id, { text: "olives, Ham" });
      expect(await reef.client.ask(second.id)).toMatchObject({ answer: "Olives, Ham", delivery: "waiting" });
      await reef.client.answerAsk(first.id, { choice: "Red" });
      expect(await answerOf(session.id, sent.id)).toBe("thanks");
      const result = (await reef.transcript(session.id)).find(({ kind }) => kind === "tool_result");
      expect(result?.text).toContain("Toppings: Olives, Ham");
      await askWhen(first.id, ({ delivery }) => delivery === "sent");
      await askWhen(second.id, ({ delivery }) => delivery === "sent");
    });

    test("AS3: a stopped turn takes its approval along, with the words that say so", async () => {
      const session = await guarded("stopped");
      await reef.client.sendMessage(session.id, { text: `${touching("stopped")} [[say=never]]` });
      const ask = await askOf(session.id);
      await reef.client.cancelSession(session.id);
      expect(await askWhen(ask.id, ({ state }) => state !== "open")).toMatchObject({
        state: "cancelled",
        answer: null,
        note: "Its run was stopped.",
      });
      expect(effect("stopped")).toBe(false);
    });

    test("AS3: an approval of a session that Reef does not know adopts it", async () => {
      const key = `agent:main:stranger-${own}`;
      await there.connection.request("sessions.create", { key, agentId: "main", label: `A stranger ${own}` });
      await there.connection.request("sessions.patch", { key, permissionMode: "guarded" });
      const message = `${touching("stranger")} [[say=ran]]`;
      await there.connection.request("agent", { sessionKey: key, message, idempotencyKey: `${key}-1` });
      const ask = await eventually(async () =>
        (await reef.client.asks({ state: "open" })).items.find(({ question }) => question.includes("/stranger")),
      );
      const session = await reef.client.session(ask.sessionId);
      expect(session).toMatchObject({ title: `A stranger ${own}`, status: "needs_you", mirrors: { key } });
      await reef.client.answerAsk(ask.id, { choice: "Allow once" });
      await eventually(() => effect("stranger"));
    });

    test("AS3: over a restart of Reef nothing stays open that was settled, and nothing is lost", async () => {
      const [settled, open] = [await guarded("settled"), await guarded("still open")];
      await reef.client.sendMessage(settled.id, { text: `${touching("settled")} [[say=fine]]` });
      const sent = await reef.client.sendMessage(open.id, { text: `${touching("open")} [[say=went on]]` });
      const [first, second] = [await askOf(settled.id), await askOf(open.id)];
      reef = await reef.restart(async () => {
        await there.connection.request("exec.approval.resolve", { id: first.origin?.id, decision: "deny" });
      });
      expect(await askWhen(first.id, ({ state }) => state !== "open")).toMatchObject({
        answer: "Don’t allow",
        note: "Answered in OpenClaw.",
      });
      await reef.ready();
      expect(await asksOf(open.id)).toMatchObject([{ id: second.id, state: "open" }]);
      await reef.client.answerAsk(second.id, { choice: "Allow once" });
      expect(await answerOf(open.id, sent.id)).toBe("went on");
      expect(effect("open")).toBe(true);
      expect(effect("settled")).toBe(false);
      expect(await waitsThere()).toEqual([]);
    });

    test("AS3: a gateway that died takes along what waited there", async () => {
      const session = await guarded("died");
      await reef.client.sendMessage(session.id, { text: `${touching("died")} [[say=once]]` });
      const ask = await askOf(session.id);
      await gateway.kill();
      await gateway.start();
      await there.connection.ready(AbortSignal.timeout(200_000));
      await reef.ready();
      expect(await askWhen(ask.id, ({ state }) => state !== "open")).toMatchObject({
        state: "cancelled",
        answer: null,
      });
    });
  });
}
