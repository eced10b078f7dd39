/** Tests what people see of a model that is away, and the model that answers then, over real HTTP and the real loop. */
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chunk, events, type RawAnswer, startRawServer } from "@reef/runtimes/testing/raw-server";
import { describe, expect, it } from "vitest";
import { serve, until } from "../testing/serve.ts";

const saying = (content: string): RawAnswer => ({ pieces: events(chunk({ content }), chunk({}, "stop")) });

/** Returns a port on which nothing listens. */
async function freePort(): Promise<number> {
  const server: HttpServer = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const compatible = (baseUrl: string) => ({ kind: "openai-compatible" as const, baseUrl });

describe("models that are away", () => {
  it("TU9: a provider that nothing reaches is one trouble; each session says so; one retry wakes them when it is back", async () => {
    let isBack = false;
    await using faulty = await startRawServer(() =>
      isBack ? saying("I am back") : { status: 503, pieces: ['{"error":{"message":"out for lunch"}}'] },
    );
    const port = await freePort();
    await using reef = await serve({
      ownRuntimes: true,
      config: {
        providers: { dead: compatible(`http://127.0.0.1:${port}/v1`), weak: compatible(faulty.url) },
        model: "big",
      },
    });
    const on = async (name: string, model: string) => {
      const bot = await reef.client.createBot({ name, model, runtime: "loop" });
      const session = await reef.client.createSession({ botId: bot.id });
      return reef.client.sendMessage(session.id, { text: "hello" });
    };
    const sent = [await on("a", "dead/big"), await on("b", "dead/big"), await on("c", "dead/big")];
    await until(async () => (await reef.client.providerWaits()).items[0]?.waiting === 3);
    const [trouble] = (await reef.client.providerWaits()).items;
    expect(trouble).toMatchObject({ model: "dead/big", state: "down", waiting: 3, failed: 0, bots: 3 });
    expect(trouble?.reason).toMatch(/could not be reached/);
    for (const { sessionId } of sent) {
      expect(await reef.client.session(sessionId)).toMatchObject({
        providerWait: { model: "dead/big", state: "down" },
      });
    }
    const metrics = await (await reef.request("GET", "/metrics")).text();
    expect(metrics).toMatch(/reef_provider_wait_turns\{model="dead\/big",state="down"\} 3/);
    expect(metrics).toMatch(/reef_provider_down\{model="dead\/big"\} 1/);

    // Five failures of several turns open it as well; the provider comes back.
    const weak: Awaited<ReturnType<typeof on>>[] = [];
    for (const name of ["d", "e", "f"]) weak.push(await on(name, "weak/big"));
    await until(async () => (await reef.client.providerWaits()).items.some(({ model }) => model === "weak/big"));
    isBack = true;
    await until(async () => {
      await reef.client.retryProvider("weak/big");
      const states = await Promise.all(weak.map(async ({ id }) => (await reef.client.message(id)).state));
      return states.every((state) => state === "answered");
    });
    expect((await reef.client.providerWaits()).items.map(({ model }) => model)).toEqual(["dead/big"]);
  });

  it("TU9, BU1: the fallback model answers; the notice, the step and the cost name it; its price is reserved", async () => {
    await using able = await startRawServer(() => ({
      pieces: events(chunk({ content: "I stand in" }), chunk({}, "stop"), {
        choices: [],
        usage: { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 },
      }),
    }));
    const port = await freePort();
    await using reef = await serve({
      ownRuntimes: true,
      config: {
        providers: { dead: compatible(`http://127.0.0.1:${port}/v1`), able: compatible(able.url) },
        model: "big",
        prices: { "dead/big": { input: 5, output: 20 }, "able/small": { input: 1, output: 2 } },
      },
    });
    await reef.client.createBudget({ scope: { kind: "whole" }, period: "day", limitUsd: 1 });
    await reef.client.changeModelDefaults({ fallback: "able/small" });
    expect((await reef.client.modelDefaults()).inUse.fallback).toEqual({ model: "able/small", source: "person" });
    const bot = await reef.client.createBot({ name: "a", model: "dead/big", runtime: "loop" });
    const session = await reef.client.createSession({ botId: bot.id });
    const sent = await reef.client.sendMessage(session.id, { text: "hello" });
    await until(async () => (await reef.client.message(sent.id)).state === "answered");
    const { items } = await reef.client.entries(session.id, { limit: 20 });
    expect(items.map(({ kind, text }) => [kind, text])).toEqual([
      ["person", "hello"],
      ["notice", "dead/big is down: able/small answers instead."],
      ["bot", "I stand in"],
    ]);
    const { turnId } = await reef.client.message(sent.id);
    if (turnId === null) throw new Error("expected a turn");
    const turn = await reef.client.turn(turnId);
    expect(turn.stepList).toMatchObject([{ kind: "model", model: "able/small", costUsd: 0.002 }]);
    expect((await reef.client.providerWaits()).items).toEqual([]);

    // A bot's own choice comes first, and one that cannot be used stops nothing.
    const other = await reef.client.createBot({ name: "b", model: "able/small", fallbackModel: "gone/x" });
    expect(other.fallbackModel).toBe("gone/x");
    const second = await reef.client.sendMessage((await reef.client.createSession({ botId: other.id })).id, {
      text: "hello",
    });
    await until(async () => (await reef.client.message(second.id)).state === "answered");
  });

  it("TU9: a retry of a model that nothing waits for does nothing, and nonsense is refused", async () => {
    await using reef = await serve();
    expect(await reef.client.retryProvider("main/none")).toEqual({ woken: 0, retried: 0 });
    expect((await reef.request("POST", "/v1/provider-waits/retry", { model: "" })).status).toBe(400);
    expect((await reef.request("POST", "/v1/provider-waits/retry", { model: "x".repeat(500) })).status).toBe(400);
    expect((await reef.request("POST", "/v1/provider-waits/retry", {})).status).toBe(400);
  });
});
