/**
 * Tests what Reef relies on in a gateway, and what the runtime makes of it: the same suite for the double and the real
 * one. Whichever side is killed, and whenever: every message is acted on once and its answer is found.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { RuntimeStep } from "@reef/engine/port/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHistory } from "./history.ts";
import { type Drive, driveTurn, type GatewayAddress, openSide, type Side } from "./testing/drive.ts";
import { beyond, shapeOf, takeTour } from "./testing/tour.ts";

export interface GatewayUnderTest extends GatewayAddress {
  kill(): Promise<void>;
  /** Resolves when it listens again. */
  start(): Promise<void>;
  /** Milliseconds that a model call takes when a test must catch it in the middle. */
  readonly slowMs: number;
}

const recordedPath = join(import.meta.dirname, "testing/recorded-frames.json");

export function describeGateway(name: string, open: () => Promise<GatewayUnderTest>): void {
  describe(`the ${name} gateway`, { timeout: 400_000 }, () => {
    let gateway: GatewayUnderTest;
    let side: Side;
    let folder: string;
    /** What was left at the gateway, beside Reef, when it was killed. */
    let raw: Raw | null = null;

    beforeAll(async () => {
      gateway = await open();
      side = openSide(gateway);
      folder = mkdtempSync(join(tmpdir(), "reef-effects-"));
      await side.connection.ready(AbortSignal.timeout(60_000));
    });
    afterAll(async () => {
      await side[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });

    const inputs = async ({ key }: Pick<Drive, "key">) =>
      (await readHistory(side.connection, { key, limit: 100 })).rows.filter(({ role }) => role === "user");
    const answers = async ({ key }: Pick<Drive, "key">) =>
      (await readHistory(side.connection, { key, limit: 100 })).rows
        .filter(({ role, calls }) => role === "assistant" && calls.length === 0)
        .map(({ text }) => text);
    const effects = (file: string) => {
      const path = join(folder, file);
      return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").length : 0;
    };

    it("says what was recorded, so that the double cannot drift", async () => {
      const recorded = JSON.parse(readFileSync(recordedPath, "utf8")) as Readonly<Record<string, unknown>>;
      const tour = await takeTour(side.connection, `agent:main:tour-${crypto.randomUUID()}`);
      const missing = Object.keys(recorded).filter((frame) => !(frame in tour));
      expect(missing).toEqual([]);
      const used = Object.fromEntries(Object.entries(usedShapes).map(([frame, shape]) => [frame, shape]));
      expect(beyond(used, shapeOf(recorded))).toEqual([]);
      expect(beyond(used, shapeOf(tour))).toEqual([]);
      // The same key again is the same run, as long as the process lives.
      expect(tour["agent.inFlight"]).toMatchObject({ status: "in_flight" });
      expect(tour["agent.wait.timeout"]).toMatchObject({ status: "timeout" });
      expect(tour["agent.wait.aborted"]).toMatchObject({ status: "error", stopReason: "rpc" });
    });

    it("TU1: a run is noted before it is sent, shown as it comes, and its answer is the row over there", async () => {
      const text = `go [[tool=exec {"command":"echo one"}]] [[say=The word is one.]] [[chunks=4]] [[gap=60]]`;
      const drive = driveTurn({ text, title: "A session of Reef" });
      const answer = await drive.finish(side);
      expect(answer).toMatchObject({ text: "The word is one.", calls: [] });
      expect(drive.live).toBe(answer.text);
      expect(answer.inputTokens).toBeGreaterThan(0);
      expect(answer.costUsd).toBeGreaterThan(0);
      const kinds = drive.steps.map(({ type }) => type);
      expect(kinds[0]).toBe("note");
      expect(drive.steps.filter(({ type }) => type === "tool")).toMatchObject([
        { name: "exec", input: { command: "echo one" }, text: "one", isError: false },
      ]);
      const { rows } = await readHistory(side.connection, { key: drive.key, limit: 10 });
      expect(rows.at(-1)).toMatchObject({ id: answer.externalId, text: answer.text });
      expect((await inputs(drive)).map(({ inputOf }) => inputOf)).toEqual([drive.remote?.runId]);
      const listed = await side.connection.request("sessions.describe", { key: drive.key });
      // Pinned only where a person pinned.
      expect(listed).toMatchObject({ session: { label: "A session of Reef", pinned: false } });
    });

    it("titles may be the same, labels are not", async () => {
      const [a, b] = [
        driveTurn({ text: "[[say=a]]", title: "Twins" }),
        driveTurn({ text: "[[say=b]]", title: "Twins" }),
      ];
      expect((await a.finish(side)).text).toBe("a");
      expect((await b.finish(side)).text).toBe("b");
    });

    it("a run behind somebody else's waits and gets its own answer", async () => {
      const drive = driveTurn({ text: "mine [[say=my answer]]" });
      await side.connection.request("sessions.create", { key: drive.key, agentId: "main" });
      await side.connection.request("chat.send", {
        sessionKey: drive.key,
        message: `theirs [[say=their answer]] [[delay=${gateway.slowMs / 4}]]`,
        idempotencyKey: crypto.randomUUID(),
      });
      expect((await drive.finish(side)).text).toBe("my answer");
      expect(await answers(drive)).toEqual(["their answer", "my answer"]);
    });

    it("TU6: a cancel stops the run over there", async () => {
      const drive = driveTurn({ text: "talk [[say=one two three four five six]] [[chunks=60]] [[gap=500]]" });
      const ended = drive.finish(side).catch((error: unknown) => error);
      await until(() => drive.live !== "");
      drive.cancel();
      const from = performance.now();
      await until(async () => !(await readHistory(side.connection, { key: drive.key, limit: 5 })).hasActiveRun);
      // Without a stop it would talk for half a minute.
      expect(performance.now() - from).toBeLessThan(20_000);
      expect(await ended).toBeInstanceOf(Object);
    });

    it("a model that fails is a failure that says so; another attempt is another run", async () => {
      const drive = driveTurn({ text: "fail [[fail=400]]" });
      await expect(drive.finish(side)).rejects.toThrow(/LLM request failed|failed/);
      expect(drive.steps.filter(({ type }) => type === "answer")).toEqual([]);
    });

    it("TU2, TU8: a line that breaks loses and doubles nothing", async () => {
      const words = "one two three four five six seven eight nine ten";
      const drive = driveTurn({ text: `talk [[say=${words}]] [[chunks=12]] [[gap=150]]` });
      await using broken = openSide(gateway);
      const abandoned = drive.abandonAfter(broken, ({ type }) => type === "delta");
      await abandoned;
      const answer = await drive.finish(side);
      expect(answer.text).toBe(words);
      expect(drive.live).toBe(words);
      expect(await inputs(drive)).toHaveLength(1);
    });

    it("TU2: a Reef that was killed takes up the run again, wherever it was", async () => {
      const isNote = ({ type }: RuntimeStep) => type === "note";
      const notSent = driveTurn({ text: "not sent [[say=sent once]]" });
      const running = driveTurn({ text: `running [[say=ran once]] [[delay=${gateway.slowMs}]]` });
      const answered = driveTurn({ text: "answered [[say=answered once]] [[chunks=4]] [[gap=100]]" });
      const worked = driveTurn({ text: `worked [[tool=exec {"command":"echo done"}]] [[say=worked once]]` });
      const killed = openSide(gateway);
      await killed.connection.ready(AbortSignal.timeout(30_000));
      await Promise.all([
        notSent.abandonAfter(killed, isNote),
        answered.abandonAfter(killed, ({ type }) => type === "delta"),
        worked.abandonAfter(killed, ({ type }) => type === "tool"),
        (async () => {
          const gone = running.abandonAfter(killed, () => false).catch(() => undefined);
          await until(async () => (await readHistory(side.connection, { key: running.key, limit: 5 })).hasActiveRun);
          void gone;
        })(),
      ]);
      await killed[Symbol.asyncDispose]();
      await until(async () => (await answers(answered)).length > 0);
      await using next = openSide(gateway);
      const texts = await Promise.all([notSent, running, answered, worked].map((drive) => drive.finish(next)));
      expect(texts.map(({ text }) => text)).toEqual(["sent once", "ran once", "answered once", "worked once"]);
      for (const drive of [notSent, running, answered, worked]) {
        expect(await inputs(drive)).toHaveLength(1);
        expect(await answers(drive)).toHaveLength(1);
      }
      expect(new Set(toolCalls(worked))).toEqual(new Set([toolCalls(worked)[0]]));
    });

    it("TU2: a gateway that was killed loses no message and does none twice, all sessions at once", async () => {
      const slow = gateway.slowMs;
      const command = (file: string, more = "") => `{"command":"echo ran >> ${join(folder, file)}${more}"}`;
      const thinking = ["a", "b", "c"].map((name) =>
        driveTurn({ text: `${name} [[say=${name} is done]] [[delay=${slow}]]` }),
      );
      const afterTool = driveTurn({
        text: `t [[tool=exec ${command("after")}]] [[say=t is done]] [[delay=${slow / 2}]]`,
      });
      const inTool = driveTurn({ text: `u [[tool=exec ${command("in", "; sleep 8")}]] [[say=u is done]]` });
      const talking = driveTurn({ text: `v [[say=v talks for long and is done]] [[chunks=30]] [[gap=${slow / 10}]]` });
      const answered = driveTurn({ text: "w [[say=w is done]] [[chunks=4]] [[gap=100]]" });
      const accepted = driveTurn({ text: "x [[say=x is done]]" });
      await answered.abandonAfter(side, ({ type }) => type === "delta");
      await until(async () => (await answers(answered)).length > 0);
      const all = [...thinking, afterTool, inTool, talking];
      const ends = all.map((drive) => drive.finish(side));
      await until(async () => {
        const histories = await Promise.all(all.map(({ key }) => readHistory(side.connection, { key, limit: 5 })));
        return histories.every(({ rows }) => rows.length > 0);
      });
      await until(() => effects("after") === 1 && effects("in") === 1 && talking.live !== "");
      await until(async () =>
        (await readHistory(side.connection, { key: afterTool.key, limit: 5 })).rows.some(
          ({ role }) => role === "toolResult",
        ),
      );
      const late = accepted.finish(side);
      await until(() => accepted.remote !== null);
      raw = await leaveRaw(side, slow * 2);
      await gateway.kill();
      await wait(50);
      const fresh = driveTurn({ text: "y [[say=y is done]]" });
      const waiting = fresh.finish(side);
      await until(() => fresh.outages > 0);
      await gateway.start();
      const texts = (await Promise.all([...ends, answered.finish(side), late, waiting])).map(({ text }) => text);
      expect(texts).toEqual([
        ...["a", "b", "c", "t", "u"].map((name) => `${name} is done`),
        "v talks for long and is done",
        ...["w", "x", "y"].map((name) => `${name} is done`),
      ]);
      // Its own recovery takes one session after another; most went on before it came to them.
      const resumed = await Promise.all(
        all.map(async (drive) =>
          (await inputs(drive)).some(({ provenance }) => provenance?.sourceTool?.includes("recovery")),
        ),
      );
      expect(resumed.filter(Boolean).length).toBeLessThan(all.length / 2);
      expect([effects("after"), effects("in")]).toEqual([1, 1]);
      for (const drive of [...all, answered, accepted, fresh]) {
        expect(await answers(drive)).toHaveLength(1);
        expect(drive.steps.filter(({ type }) => type === "answer")).toHaveLength(1);
      }
      expect(fresh.steps.filter(({ type }) => type === "notice")).toHaveLength(1);
    });

    it("keeps sessions, transcripts and inputs over a death; resumes what had begun and nothing else", async () => {
      if (raw === null) throw new Error("expected the gateway to have been killed");
      const { key, runId, waitingId, label } = raw;
      const ask = (method: string, params: object) => side.connection.request(method, { ...params });
      const lower = key.toLowerCase();
      expect(await ask("sessions.describe", { key })).toMatchObject({ session: { key: lower, label, pinned: true } });
      // No process there knows the old run any more; what waited stays, and its key is spent.
      expect(await ask("agent.wait", { runId, timeoutMs: 50 })).toMatchObject({ status: "timeout" });
      const { pending } = await readHistory(side.connection, { key, limit: 20, runIds: [waitingId] });
      expect(pending.filter((each) => each.runId === waitingId)).toEqual([{ runId: waitingId, state: "interrupted" }]);
      const again = ask("agent", { sessionKey: key, message: "next [[say=next]]", idempotencyKey: waitingId });
      await expect(again).rejects.toMatchObject({ gatewayCode: "UNAVAILABLE" });
      await until(async () => (await answers({ key })).length > 0);
      const { rows } = await readHistory(side.connection, { key, limit: 20 });
      expect(rows.map(({ role, text, provenance }) => [role, provenance?.sourceTool ?? text])).toEqual([
        ["user", `raw [[say=raw is done]] [[delay=${slowOf(gateway)}]]`],
        ["user", "main_session_restart_recovery"],
        ["assistant", "raw is done"],
      ]);
      expect(rows[0]?.inputOf).toBe(runId);
      expect(rows[2]?.runId).toBe(rows[1]?.inputOf);
      expect(rows[2]?.runId).not.toBe(runId);
    });
  });
}

interface Raw {
  readonly key: string;
  readonly label: string;
  readonly runId: string;
  readonly waitingId: string;
}

const slowOf = (gateway: GatewayUnderTest) => gateway.slowMs * 2;

/**
 * Leaves a session with a run inside its model call and an input that waits behind it, without any Reef that follows
 * them.
 */
async function leaveRaw({ connection }: Side, delayMs: number): Promise<Raw> {
  const id = crypto.randomUUID();
  const raw = { key: `agent:main:RAW-${id}`, label: `raw ${id}`, runId: `${id}-1`, waitingId: `${id}-2` };
  const { key, label, runId, waitingId } = raw;
  await connection.request("sessions.create", { key, agentId: "main", label });
  await connection.request("sessions.patch", { key, pinned: true });
  const message = `raw [[say=raw is done]] [[delay=${delayMs}]]`;
  await connection.request("agent", { sessionKey: key, message, idempotencyKey: runId });
  await until(async () => (await readHistory(connection, { key, limit: 5 })).rows.length > 0);
  await connection.request("agent", { sessionKey: key, message: "next [[say=next]]", idempotencyKey: waitingId });
  return raw;
}

/** The fields that are read of each frame. */
const usedShapes = {
  "agents.list": { agents: [{ id: "string" }] },
  agent: { runId: "string", status: "string" },
  "exec.approval.requested": {
    id: "string",
    request: { command: "string", cwd: "string", host: "string", sessionKey: "string", allowedDecisions: ["string"] },
    createdAtMs: "number",
    expiresAtMs: "number",
  },
  "question.requested": {
    id: "string",
    questions: [{ questionId: "string", question: "string", options: [{ label: "string" }], isOther: "boolean" }],
    sessionKey: "string",
    createdAtMs: "number",
    expiresAtMs: "number",
  },
  "agent.inFlight": { runId: "string", status: "string" },
  "agent.wait.ok": { status: "string", terminalReply: { text: "string" } },
  "agent.wait.timeout": { status: "string" },
  "agent.wait.aborted": { status: "string", stopReason: "string" },
  "agent.assistant": { runId: "string", stream: "string", data: { text: "string", delta: "string", itemId: "string" } },
  "agent.lifecycle.finishing": { runId: "string", stream: "string", data: { phase: "string", error: "string" } },
  "agent.run_status.retrying": {
    runId: "string",
    stream: "string",
    data: { phase: "string", message: "string", retryAttempt: "number", maxRetries: "number" },
  },
  "commands.list": { commands: [{ name: "string", textAliases: ["string"], description: "string" }] },
  "chat.send.command": { runId: "string" },
  "agent.wait.command": { status: "string" },
  "history.command": { messages: [{ role: "string", model: "string", idempotencyKey: "string" }] },
  "agent.tool.start": { runId: "string", data: { phase: "string", name: "string", toolCallId: "string" } },
  "agent.tool.result": {
    runId: "string",
    data: { phase: "string", name: "string", toolCallId: "string", isError: "boolean" },
  },
  "session.message.user": {
    sessionKey: "string",
    message: { role: "string", content: "string", idempotencyKey: "string", __openclaw: { id: "string" } },
  },
  "session.message.assistant": {
    sessionKey: "string",
    message: {
      role: "string",
      stopReason: "string",
      usage: { input: "number", output: "number", cost: { total: "number" } },
      __openclaw: { id: "string", runId: "string" },
    },
  },
  // Later releases add the session's whole row.
  "sessions.changed": { sessionKey: "string", reason: "string" },
  "sessions.list": { sessions: [{ key: "string", agentId: "string", hasActiveRun: "boolean" }], hasMore: "boolean" },
  "sessions.abort": { status: "string" },
  "history.queued": { pendingInputs: { items: [{ runId: "string", state: "string" }] } },
  history: {
    messages: [{ role: "string", idempotencyKey: "string", __openclaw: { id: "string" } }],
    hasMore: "boolean",
    sessionInfo: { hasActiveRun: "boolean", lastRunId: "string" },
  },
} as const;

function toolCalls(drive: Drive): readonly string[] {
  return drive.steps.flatMap((step) => (step.type === "tool" ? [step.callId] : []));
}

async function until(check: () => Promise<boolean> | boolean): Promise<void> {
  for (const endAt = performance.now() + 200_000; performance.now() < endAt; await wait(25)) {
    if (await check()) return;
  }
  throw new Error("what was waited for did not come within 200 s");
}
