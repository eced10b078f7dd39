/**
 * Tests what a turn reports of its run beside its words: a model that does not answer, the usage of each model call,
 * and commands that the gateway answers itself. The same suite for the double and the real gateway.
 */
import { setTimeout as wait } from "node:timers/promises";
import { makeId } from "@reef/engine/ids";
import type { CallCost, RuntimeStep } from "@reef/engine/port/runtime";
import type { Message } from "@reef/protocol/message";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromSession, person } from "../testing/turn-context.ts";
import { readHistory } from "./history.ts";
import { type Drive, driveTurn, type GatewayAddress, openSide, type Side } from "./testing/drive.ts";

export function describeRuns(name: string, open: () => Promise<GatewayAddress>): void {
  describe(`runs of the ${name} gateway`, { timeout: 300_000 }, () => {
    let side: Side;

    beforeAll(async () => {
      side = openSide(await open());
      await side.connection.ready(AbortSignal.timeout(200_000));
    });
    afterAll(async () => await side[Symbol.asyncDispose]());

    const rowsOf = async ({ key }: Pick<Drive, "key">) =>
      (await readHistory(side.connection, { key, limit: 100 })).rows;
    const asked = async (drive: Pick<Drive, "key">) => (await rowsOf(drive)).filter(({ role }) => role === "user");

    it("PR4: a model that does not answer is said within seconds, with its reason, while the gateway tries again", async () => {
      // The first run of a gateway takes longer to begin than a model does to fail.
      await driveTurn({ text: "warm up [[say=warm]]" }).finish(side);
      const drive = driveTurn({ text: "hello [[fail=503]]" });
      const ended = drive.finish(side).catch((error: unknown) => error);
      // Its first failure may come before anyone listens; the next one says the same.
      await until(() => reasons(drive).length > 0);
      expect(reasons(drive)[0]).toMatch(/^The model isn't answering: .*503.* OpenClaw tries again \([1-3] of \d+\)$/);
      drive.cancel();
      await ended;
      expect(await asked(drive)).toHaveLength(1);
    });

    it("MB7: what the gateway gave up is not tried three times over, and stands once when a person tries it again", async () => {
      const text = "please do it [[fail=400]]";
      const first = driveTurn({ text });
      const failure = { retry: false, message: expect.stringMatching(/failed/) };
      await expect(first.finish(side)).rejects.toMatchObject(failure);
      expect(await asked(first)).toHaveLength(1);
      const again = driveTurn({ text, session: { id: first.session.id, title: first.session.title } });
      await expect(again.finish(side)).rejects.toMatchObject(failure);
      const said = await asked(first);
      expect(said.filter((row) => row.text === text)).toHaveLength(1);
      expect(said).toHaveLength(2);
      expect(said[1]).toMatchObject({ inputOf: `${again.turnId}:1`, provenance: { kind: "internal_system" } });
    });

    it("PR3: each model call of a run is counted once, also by whoever takes the run up", async () => {
      const text = `go [[tool=exec {"command":"echo one"}]] [[say=It was one.]] [[delay=300]]`;
      const drive = driveTurn({ text });
      await using killed = openSide(side.place);
      await killed.connection.ready(AbortSignal.timeout(30_000));
      await drive.abandonAfter(killed, ({ type }) => type === "tool");
      const answer = await drive.finish(side);
      const rows = (await rowsOf(drive)).filter(({ role }) => role === "assistant");
      expect(rows).toHaveLength(2);
      expect([...noted(drive), costIn(answer)]).toEqual(rows.map(costIn));
    });

    it("PR3: what a run took that was cancelled is counted, also the call that was cut off", async () => {
      const words = "one two three four five six seven eight";
      const drive = driveTurn({
        text: `go [[tool=exec {"command":"echo one"}]] [[say=${words}]] [[chunks=20]] [[gap=500]]`,
      });
      const ended = drive.finish(side).catch(() => undefined);
      await until(() => drive.live !== "");
      drive.cancel();
      await ended;
      const [called] = (await rowsOf(drive)).filter(({ calls }) => calls.length > 0);
      expect(noted(drive)).toEqual([called && costIn(called)]);
      const late = drive.steps.filter(({ type }) => type === "paid");
      expect(late).toHaveLength(1);
      // The usage of a cut off answer is not reported: its price is unknown, not zero.
      expect(late[0]).not.toHaveProperty("costUsd");
    });

    it("a person's command is answered by the gateway, and no model is asked", async () => {
      const drive = commanded("/model");
      const answer = await drive.finish(side);
      expect(answer).toMatchObject({ isByModel: false, inputTokens: 0 });
      const rows = await rowsOf(drive);
      expect(rows.map(({ role, text }) => [role, text])).toEqual([
        ["user", "/model"],
        ["assistant", answer.text],
      ]);
      expect(noted(drive)).toEqual([]);
      // The session goes on as before.
      const next = driveTurn({ text: "and [[say=on it goes]]", session: drive.session });
      expect(await next.finish(side)).toMatchObject({ text: "on it goes" });
    });

    it("what only looks like a command reaches the model as words, and so does a command of another session (MB9)", async () => {
      for (const text of ["/etc/hosts is wrong [[say=seen]]", "/nosuch thing [[say=seen]]", "/ [[say=seen]]"]) {
        const drive = commanded(text);
        const answer = await drive.finish(side);
        expect(answer).toMatchObject({ text: "seen" });
        expect(answer.isByModel).not.toBe(false);
      }
      const quoted = fromSession("/model [[say=seen]]");
      const message = { id: quoted.messageId, from: quoted.from, text: "/model [[say=seen]]" } as Message;
      const drive = driveTurn({ text: "", context: { entries: [quoted as never], messages: [message] } });
      expect(await drive.finish(side)).toMatchObject({ text: "seen" });
    });
  });
}

function commanded(text: string): Drive {
  const entry = person(text);
  const message = { id: entry.messageId ?? makeId("message"), from: { kind: "person" }, text } as Message;
  return driveTurn({ text, context: { entries: [entry as never], messages: [message] } });
}

function reasons({ steps }: Drive): readonly string[] {
  return steps.flatMap((step) => (step.type === "phase" && step.reason !== undefined ? [step.reason] : []));
}

function noted({ steps }: Drive): readonly CallCost[] {
  return steps.flatMap((step: RuntimeStep) => (step.type === "note" ? (step.modelCalls ?? []).map(costIn) : []));
}

function costIn({ inputTokens, outputTokens, costUsd }: CallCost): CallCost {
  return { inputTokens, outputTokens, ...(costUsd !== undefined && { costUsd }) };
}

async function until(check: () => boolean): Promise<void> {
  for (const endAt = performance.now() + 120_000; performance.now() < endAt; await wait(10)) {
    if (check()) return;
  }
  throw new Error("what was waited for did not come within 120 s");
}
