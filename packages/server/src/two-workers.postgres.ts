/** Tests two servers on one Postgres database, each with a folder of its own, as two machines have. */
import type { Script } from "@reef/engine/testing/scripted-runtime";
import type { ServerFrame } from "@reef/protocol/socket";
import { startGatewayDouble } from "@reef/runtimes/openclaw/testing/gateway-double";
import { createTestDatabase, type TestDatabase } from "@reef/store/postgres/testing/databases";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Served, serve, until } from "./testing/serve.ts";

const environment = { REEF_SECRETS_KEY: "the same words everywhere" };

describe("two workers on one database", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  async function start(script?: Script, rest: { readonly token?: string; readonly key?: string } = {}) {
    return await serve({
      ...(script && { script }),
      environment: rest.key === undefined ? environment : { REEF_SECRETS_KEY: rest.key },
      config: { databaseUrl: database.url, ...(rest.token !== undefined && { token: rest.token }) },
    });
  }
  const startJoined = () => serve({ ownRuntimes: true, environment, config: { databaseUrl: database.url } });
  const bothKnow = (...all: readonly Served[]) =>
    until(async () => {
      const lists = await Promise.all(all.map(({ client }) => client.workers()));
      return lists.every(({ items }) => items.filter(({ state }) => state === "running").length === all.length);
    });

  it("FL3, FL7: a conversation typed at one streams at both, and a cancel at either stops it within a second", async () => {
    const gate = Promise.withResolvers<void>();
    const script: Script = async function* ({ signal }) {
      yield { type: "delta", text: "Hello " };
      yield { type: "delta", text: "from the fleet" };
      await Promise.race([gate.promise, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
      yield { type: "answer", text: "Hello from the fleet", calls: [], inputTokens: 1, outputTokens: 1 };
    };
    await using one = await start(script);
    await using two = await start(script);
    await bothKnow(one, two);
    const session = await one.newSession();
    const texts = [one, two].map((served) => {
      let text = "";
      served.server.hub.join(
        {
          welcome: () => undefined,
          events: () => undefined,
          live: ({ items }) => {
            for (const json of items) {
              const frame = JSON.parse(json) as ServerFrame;
              if (frame.type === "delta") text = text.slice(0, frame.offset) + frame.text;
            }
          },
          notice: () => undefined,
          reset: () => undefined,
          isCongested: () => false,
          end: () => undefined,
        },
        { after: -1 },
      );
      return () => text;
    });
    const message = await one.client.sendMessage(session.id, { text: "say hello" });
    await until(() => texts.every((text) => text() === "Hello from the fleet"));
    const runs = one.server.engine.runningTurns() === 1 ? one : two;
    const asks = runs === one ? two : one;
    expect(asks.server.engine.runningTurns()).toBe(0);
    const startedMs = performance.now();
    const report = await asks.client.cancelSession(session.id);
    expect(report).toMatchObject({ cancelled: [session.id], notStopped: [] });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect((await one.client.message(message.id)).state).toBe("cancelled");
    gate.resolve();
  });

  it("FL3, AS2: an answer, an interruption and a pause at one worker take effect for a turn of the other", async () => {
    const holds = Promise.withResolvers<void>();
    const script: Script = async function* ({ entries, signal }) {
      const last = entries.findLast(({ kind }) => kind === "person")?.text ?? "";
      if (last === "ask me" && !entries.some(({ kind, text }) => kind === "tool_result" && text.includes("blue"))) {
        const input = { question: "Which colour?" };
        yield {
          type: "answer",
          text: "",
          calls: [{ callId: "c1", name: "ask_person", input }],
          inputTokens: 1,
          outputTokens: 1,
        };
        return;
      }
      if (last === "hold") {
        await Promise.race([holds.promise, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
        signal.throwIfAborted();
      }
      yield { type: "answer", text: `done: ${last}`, calls: [], inputTokens: 1, outputTokens: 1 };
    };
    await using one = await start(script);
    await using two = await start(script);
    await bothKnow(one, two);
    const session = await one.newSession();
    const soon = async (act: () => Promise<unknown>, check: () => Promise<boolean>) => {
      await act();
      await until(check);
    };
    const isAnswered = (served: Served, id: Parameters<Served["client"]["message"]>[0]) => async () =>
      (await served.client.message(id)).state === "answered";

    const asking = await one.client.sendMessage(session.id, { text: "ask me" });
    const ask = await until(async () => (await two.client.asks({ state: "open" })).items[0]);
    await soon(() => two.client.answerAsk(ask.id, { text: "blue" }), isAnswered(one, asking.id));

    const held = await one.client.sendMessage(session.id, { text: "hold" });
    await until(() => one.server.engine.runningTurns() + two.server.engine.runningTurns() === 1);
    const runs = one.server.engine.runningTurns() === 1 ? one : two;
    const asked = runs === one ? two : one;
    const urgent = await asked.client.sendMessage(session.id, { text: "now", mode: "interrupt" });
    await soon(async () => undefined, isAnswered(runs, urgent.id));
    expect((await runs.client.message(held.id)).state).not.toBe("queued");

    // Paused at one, its bot begins nothing at either; resumed at the other, it goes on.
    await two.client.pauseBot(session.botId);
    const waiting = await one.client.sendMessage(session.id, { text: "later" });
    expect(one.server.engine.runningTurns() + two.server.engine.runningTurns()).toBe(0);
    expect((await two.client.message(waiting.id)).state).toBe("queued");
    await soon(() => one.client.resumeBot(session.botId), isAnswered(two, waiting.id));
    holds.resolve();
  });

  it("FL2: jobs go to the other worker when their holder ends, and a session goes on there", async () => {
    const one = await start();
    await using two = await start();
    await bothKnow(one, two);
    const jobsOf = async ({ server }: Served) =>
      (await two.client.workers()).items.find(({ id }) => id === server.engine.fleet.worker)?.leases ?? [];
    await until(async () => [...(await jobsOf(one)), ...(await jobsOf(two))].includes("schedules"));
    const session = await one.newSession();
    await one[Symbol.asyncDispose]();
    await until(async () => (await jobsOf(two)).includes("schedules"));
    const message = await two.client.sendMessage(session.id, { text: "are you there?" });
    await until(async () => (await two.client.message(message.id)).state === "answered");
  });

  it("FL6: a login at one counts at the other; another token or another key for secrets is refused", async () => {
    await using one = await start();
    await using two = await start();
    await bothKnow(one, two);
    const answer = await fetch(`${one.server.url}/v1/login`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: one.server.url },
      body: JSON.stringify({ code: one.server.makeLoginCode() }),
    });
    expect(answer.ok).toBe(true);
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    const statusAt = async ({ server }: Served) =>
      (await fetch(`${server.url}/v1/bots`, { headers: { cookie } })).status;
    expect(await statusAt(one)).toBe(200);
    await until(async () => (await statusAt(two)) === 200);
    const [device] = (await two.client.devices()).items;
    if (device === undefined) throw new Error("the device is listed");
    await two.client.endDevice(device.id);
    await until(async () => (await statusAt(one)) === 401);
    await expect(start(undefined, { token: "quite-another-token-0123456789" })).rejects.toThrow(/REEF_TOKEN/);
    await expect(start(undefined, { key: "other words" })).rejects.toThrow(/REEF_SECRETS_KEY/);
  });

  it("FL6: a file given at one is read at the other", async () => {
    await using one = await start();
    await using two = await start();
    const file = await one.client.uploadFile(new Blob(["shared words"]), { name: "note.txt" });
    const read = await two.request("GET", `/v1/files/${file.id}`);
    expect(await read.text()).toBe("shared words");
  });

  it("AS3: what waits at a gateway is answered at the worker that does not keep its line, and settled at both", async () => {
    await using double = await startGatewayDouble();
    const asking = { sessionKey: "agent:main:main", agentId: "main" };
    await double.book.type(asking.sessionKey, "hello [[say=hi]]");
    await using one = await startJoined();
    await using two = await startJoined();
    await bothKnow(one, two);
    await one.client.putSecret("home", { value: double.token, origin: double.url });
    const token = { from: "secret", name: "home" } as const;
    const { id } = await one.client.createGateway({ name: "home", url: double.url, token });
    const keeper = await until(async () => {
      for (const each of [one, two]) if ((await each.client.gateway(id)).state === "ready") return each;
      return null;
    });
    const other = keeper === one ? two : one;
    expect((await other.client.gateway(id)).state).not.toBe("ready");
    const decision = double.book.waiting.approve({ command: "ls" }, asking);
    const ask = await until(async () => (await other.client.asks({ state: "open" })).items[0]);
    await other.client.answerAsk(ask.id, { choice: "Allow once" });
    expect(await decision).toBe("allow-once");
    await until(async () => (await other.client.ask(ask.id)).delivery === "sent");
    void double.book.waiting.approve({ command: "ls -l" }, asking);
    const second = await until(async () => (await other.client.asks({ state: "open" })).items[0]);
    await double.book.answer("exec.approval.resolve", { id: second.origin?.id, decision: "deny" });
    const settled = await until(async () => {
      const now = await other.client.ask(second.id);
      return now.state !== "open" && now;
    });
    expect(settled).toMatchObject({ state: "answered", note: "Answered in OpenClaw." });
    expect(double.requests().filter(({ method }) => method === "exec.approval.resolve")).toHaveLength(1);
  });
});
