/** Tests TU10 over any store: people change messages and ask for answers again. */
import type { Entry } from "@reef/protocol/entry";
import type { SessionId } from "@reef/protocol/ids";
import type { RewindRequest } from "@reef/protocol/request";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { commitOps } from "../commit.ts";
import { makeId } from "../ids.ts";
import { createGate, type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";
import { defineTool } from "../tool/tool.ts";
import { rewindSession } from "./rewind.ts";

const rewind = (reef: Harness, id: SessionId, request: RewindRequest, idempotencyKey: string | null = null) =>
  rewindSession(reef.deps, id, { request, idempotencyKey });

async function find(reef: Harness, id: SessionId, text: string): Promise<Entry> {
  const entry = (await reef.entries(id)).find((entry) => entry.text === text);
  if (entry === undefined) throw new Error(`expected an entry “${text}”`);
  return entry;
}

const seen = (entries: readonly Entry[]) => entries.map(({ text }) => text);

export function describeRewind(open: OpenStore): void {
  describe("going back", () => {
    it("TU10: a changed message takes the place of what came after it, and the model sees only that", async () => {
      await using reef = await startHarness(open, { script: ({ messages }) => `on ${messages.at(-1)?.text}` });
      const session = await reef.newSession();
      for (const text of ["one", "two", "three"]) await reef.settled((await reef.send(session, text)).id);
      const { id: beforeEntryId } = await find(reef, session.id, "two");
      const { message, created } = await rewind(reef, session.id, { beforeEntryId, text: "2" });
      expect({ created, rewoundTo: message.rewoundTo }).toEqual({ created: true, rewoundTo: 2 });
      await reef.settled(message.id);
      expect(seen(reef.runtime.calls.at(-1)?.entries ?? [])).toEqual(["one", "on one", "2"]);
      const entries = await reef.entries(session.id);
      expect(entries.filter(({ replacedBy }) => replacedBy !== undefined).map(({ text }) => text)).toEqual([
        "two",
        "on two",
        "three",
        "on three",
      ]);
      expect(seen(entries).slice(6)).toEqual(["Replaced 4 entries.", "2", "on 2"]);
    });

    it("TU10: an answer is asked for again with the same words and files, to the last entry that stays", async () => {
      await using reef = await startHarness(open, { script: (_context, call) => `take ${call}` });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "one")).id);
      const { message } = await rewind(reef, session.id, { toSeq: 0 });
      expect(message.text).toBe("one");
      await reef.settled(message.id);
      expect(seen(await reef.entries(session.id))).toEqual(["one", "take 1", "Replaced 2 entries.", "one", "take 2"]);
    });

    it("MB2, TU10: the same key again gives the same message, also after it was answered; another text under it is refused", async () => {
      await using reef = await startHarness(open, { script: () => "answered" });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "one")).id);
      const { id: beforeEntryId } = await find(reef, session.id, "one");
      const first = await rewind(reef, session.id, { beforeEntryId, text: "1" }, "k");
      await reef.settled(first.message.id);
      const again = await rewind(reef, session.id, { beforeEntryId, text: "1", mode: "interrupt" }, "k");
      expect([again.created, again.message.id]).toEqual([false, first.message.id]);
      await expect(rewind(reef, session.id, { beforeEntryId, text: "uno" }, "k")).rejects.toMatchObject({
        code: "idempotency_mismatch",
      });
      // Another tab still shows the earlier state.
      await expect(rewind(reef, session.id, { beforeEntryId, text: "eins" }, "other")).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("already replaced"),
      });
      expect(seen(await reef.entries(session.id))).toHaveLength(5);
    });

    it("TU10: two tabs that change one message at the same time: one does, the other is told", async () => {
      await using reef = await startHarness(open, { script: () => "answered" });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "one")).id);
      const { id: beforeEntryId } = await find(reef, session.id, "one");
      const both = await Promise.allSettled(
        ["a", "b"].map((text) => rewind(reef, session.id, { beforeEntryId, text }, text)),
      );
      expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
    });

    it("MB4, TU10: while a turn runs it is refused and says what to do; with interrupt the turn is stopped first", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        script: async function* ({ messages }, call) {
          if (call === 1) await gate.opened;
          yield answer(`on ${messages.at(-1)?.text}`);
        },
      });
      const session = await reef.newSession();
      await reef.send(session, "one");
      const { id: beforeEntryId } = await reef.until(() => find(reef, session.id, "one").catch(() => null));
      await expect(rewind(reef, session.id, { beforeEntryId, text: "1" })).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("mode: interrupt"),
      });
      expect(await reef.entries(session.id)).toHaveLength(1);
      // A turn that is stopped before it calls the model would leave the first call to the next one.
      await reef.until(async () => reef.runtime.calls.length === 1);
      const { message } = await rewind(reef, session.id, { beforeEntryId, text: "1", mode: "interrupt" });
      await reef.settled(message.id);
      gate.open();
      const current = await reef.store.read.window(session.id);
      expect(seen(current)).toEqual(["1", "on 1"]);
    });

    it("MB4, TU10: where messages wait behind a turn, it is refused before the turn is stopped", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        script: async function* ({ messages }, call) {
          if (call === 1) await gate.opened;
          yield answer(`on ${messages.at(-1)?.text}`);
        },
      });
      const session = await reef.newSession();
      await reef.send(session, "one");
      const { id: beforeEntryId } = await reef.until(() => find(reef, session.id, "one").catch(() => null));
      const waiting = await reef.send(session, "two");
      await expect(rewind(reef, session.id, { beforeEntryId, text: "1", mode: "interrupt" })).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("messages are waiting"),
      });
      gate.open();
      await reef.settled(waiting.id);
      expect(seen(await reef.entries(session.id))).toEqual(["one", "on one", "two", "on two"]);
    });

    it("TU10: only a person's message can be changed, in a session whose transcript is ours", async () => {
      await using reef = await startHarness(open, { script: () => "answered" });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "one")).id);
      const wrong = async (request: RewindRequest, code: string) =>
        expect(rewind(reef, session.id, request)).rejects.toMatchObject({ code });
      await wrong({ beforeEntryId: (await find(reef, session.id, "answered")).id }, "invalid_request");
      await wrong({ toSeq: 1 }, "invalid_request");
      await wrong({ toSeq: 2 }, "invalid_request");
      await wrong({ toSeq: 1e15 }, "invalid_request");
      await wrong({ beforeEntryId: makeId("entry") }, "not_found");
      await wrong({ toSeq: 0, text: "" }, "invalid_request");
      await wrong({ toSeq: 0, attachments: [makeId("file")] }, "invalid_request");
      const bot = await reef.newBot({ name: "far" });
      const claw = await reef.newSession(bot);
      await reef.settled((await reef.send(claw, "elsewhere")).id);
      await wrong({ beforeEntryId: (await find(reef, claw.id, "elsewhere")).id }, "not_found");
      // From now on its agent keeps the conversation.
      await commitOps(reef.deps, { op: "bot.change", id: bot.id, fields: { runtime: "openclaw" } });
      await expect(rewind(reef, claw.id, { toSeq: 0 })).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("OpenClaw keeps this conversation"),
      });
      expect(await reef.entries(session.id)).toHaveLength(2);
    });

    it("TU10: tools that had effects in the replaced part are named, for they were not undone", async () => {
      const paint = defineTool({
        name: "paint",
        description: "Paints.",
        input: z.strictObject({}),
        effects: { kind: "unit" },
        changes: "lasting",
        words: "others",
        tells: "nobody",
        folds: true,
        run: async () => ({ type: "result", text: "painted" }),
      });
      await using reef = await startHarness(open, {
        script: (_context, call) => (call === 1 ? [answer("", { name: "paint", input: {} })] : "done"),
        tools: [paint],
      });
      const session = await reef.newSession(await reef.newBot({ tools: ["paint"] }));
      await reef.settled((await reef.send(session, "one")).id);
      await reef.settled((await rewind(reef, session.id, { toSeq: 0, text: "1" })).message.id);
      expect(seen(await reef.entries(session.id))).toContain(
        "Replaced 4 entries. What its tools did (paint) was not undone.",
      );
    });
  });
}
