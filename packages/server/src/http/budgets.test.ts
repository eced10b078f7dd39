/** Tests budgets over the API, with the loop's own calls of a model over HTTP (BU1–BU3). */
import type { Budget } from "@reef/protocol/budget";
import type { BotId } from "@reef/protocol/ids";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

let reef: Served;
let model: Awaited<ReturnType<typeof startModelServer>>;
beforeAll(async () => {
  model = await startModelServer({ script: () => ({ text: "fine" }) });
  reef = await serve({ ownRuntimes: true });
  await reef.client.createProvider({
    name: "lab",
    kind: "openai-compatible",
    baseUrl: `${model.url}/v1`,
    prices: { "*": { input: 10, output: 10 } },
  });
});
afterAll(async () => {
  await reef[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

async function json<Value>(response: Promise<Response>, status: number): Promise<Value> {
  const answer = await response;
  const body = await answer.json();
  expect([answer.status, body]).toEqual([status, expect.anything()]);
  return body as Value;
}

const newBot = () => reef.client.createBot({ name: "Ada", model: "lab/x", limits: { maxOutputTokens: 1_000 } });

async function send(botId: BotId) {
  const session = await reef.client.createSession({ botId });
  return { session, message: await reef.client.sendMessage(session.id, { text: "hello" }) };
}

const isAnswered = async ({ message }: Awaited<ReturnType<typeof send>>) =>
  (await reef.client.message(message.id)).state === "answered";

describe("budgets over the API", () => {
  test("BU1, BU3: a call that does not fit is not sent; its session names the limit and who set it; a raise lets it go on", async () => {
    const bot = await newBot();
    const scope = { kind: "bot", id: bot.id };
    const created = await json<Budget>(
      reef.request("POST", "/v1/budgets", { scope, period: "day", limitUsd: 0.09, warnAt: 0.001 }),
      201,
    );
    expect(created).toMatchObject({ limitUsd: 0.09, limitTokens: null, spentUsd: 0, state: "ok", scope });
    const first = await send(bot.id);
    await until(async () => isAnswered(first));
    const read = await json<Budget>(reef.request("GET", `/v1/budgets/${created.id}`), 200);
    expect(read).toMatchObject({ reservedUsd: 0, unpricedCalls: 0, state: "warn" });
    expect(read.spentTokens).toBeGreaterThan(0);
    expect(read.spentUsd).toBeCloseTo(read.spentTokens / 100_000, 9);
    // The limit of the answer was what its bot allows; what is left pays for it.
    expect(model.requests().at(-1)?.body.max_tokens).toBe(1_000);

    await json(reef.request("PATCH", `/v1/budgets/${created.id}`, { limitUsd: 0.005 }), 200);
    const requests = model.requests().length;
    const second = await send(bot.id);
    const session = await until(async () => {
      const now = await reef.client.session(second.session.id);
      return now.status === "out_of_budget" && now;
    });
    expect(session.outOfBudget).toMatchObject({ budgetId: created.id, setBy: "a program with the token" });
    expect(session.outOfBudget?.limit).toContain("a day for the bot “Ada”");
    expect((await reef.client.bot(bot.id)).status).toBe("out_of_budget");
    expect(model.requests().length).toBe(requests);
    const asks = await json<{ items: { id: string; options: string[] }[] }>(
      reef.request("GET", "/v1/asks?kind=budget&state=open"),
      200,
    );
    expect(asks.items).toHaveLength(1);
    await json(reef.request("POST", `/v1/asks/${asks.items[0]?.id}/answer`, { text: "nonsense" }), 400);
    await json(
      reef.request("POST", `/v1/asks/${asks.items[0]?.id}/answer`, { choice: asks.items[0]?.options[0] }),
      200,
    );
    await until(async () => isAnswered(second));
    expect((await reef.request("DELETE", `/v1/budgets/${created.id}`)).status).toBe(204);
    await json(reef.request("GET", `/v1/budgets/${created.id}`), 404);
  });

  test("BU1: an answer is limited to what is left, and a model without a price counts in tokens and says so", async () => {
    await reef.client.createProvider({ name: "free", kind: "openai-compatible", baseUrl: `${model.url}/v1` });
    const bot = await reef.client.createBot({ name: "Bo", model: "free/x", limits: { maxOutputTokens: 50_000 } });
    const { items } = await json<{ items: Budget[] }>(
      reef.request("PUT", `/v1/bots/${bot.id}/budgets`, {
        items: [
          { period: "total", limitTokens: 20_000 },
          { period: "day", limitUsd: 1 },
        ],
      }),
      200,
    );
    expect(items.map(({ period }) => period)).toEqual(["total", "day"]);
    const sent = await send(bot.id);
    await until(async () => isAnswered(sent));
    const limit = Number(model.requests().at(-1)?.body.max_tokens);
    expect(limit).toBeGreaterThan(5_000);
    expect(limit).toBeLessThan(20_000);
    const read = await json<{ items: Budget[] }>(reef.request("GET", `/v1/bots/${bot.id}/budgets`), 200);
    expect(read.items).toMatchObject([
      { unpricedCalls: 1, state: "ok" },
      { spentUsd: 0, unpricedCalls: 1, state: "ok" },
    ]);
    const rest = await json<{ items: Budget[] }>(
      reef.request("PUT", `/v1/bots/${bot.id}/budgets`, { items: [{ period: "total", limitTokens: 30_000 }] }),
      200,
    );
    expect(rest.items).toMatchObject([
      { id: items[0]?.id, limitTokens: 30_000, spentTokens: read.items[0]?.spentTokens },
    ]);
  });

  test("SE7: bad input is refused with what was expected", async () => {
    const whole = { kind: "whole" };
    for (const body of [
      { scope: whole, period: "day" },
      { scope: whole, period: "day", limitUsd: null, limitTokens: null },
      { scope: whole, period: "week", limitUsd: 1 },
      { scope: { kind: "bot" }, period: "day", limitUsd: 1 },
      { scope: { kind: "whole", id: "bot_1" }, period: "day", limitUsd: 1 },
      { scope: whole, period: "day", limitUsd: -1 },
      { scope: whole, period: "day", limitUsd: 1e300 },
      { scope: whole, period: "day", limitTokens: 1.5 },
      { scope: whole, period: "day", limitUsd: 1, warnAt: 2 },
      { scope: whole, period: "day", limitUsd: 1, more: true },
    ]) {
      await json(reef.request("POST", "/v1/budgets", body), 400);
    }
    const stranger = { kind: "bot", id: "bot_01999999-0000-7000-8000-000000000000" };
    await json(reef.request("POST", "/v1/budgets", { scope: stranger, period: "day", limitUsd: 1 }), 404);
    const made = await json<Budget>(
      reef.request("POST", "/v1/budgets", { scope: whole, period: "month", limitUsd: 900 }),
      201,
    );
    await json(reef.request("POST", "/v1/budgets", { scope: whole, period: "month", limitUsd: 1 }), 409);
    await json(reef.request("PATCH", `/v1/budgets/${made.id}`, { limitUsd: null }), 400);
    const both = await json<Budget>(
      reef.request("PATCH", `/v1/budgets/${made.id}`, { limitUsd: null, limitTokens: 5e9 }),
      200,
    );
    expect(both).toMatchObject({ limitUsd: null, limitTokens: 5e9 });
    const twice = {
      items: [
        { period: "day", limitUsd: 1 },
        { period: "day", limitUsd: 2 },
      ],
    };
    const bot = await newBot();
    await json(reef.request("PUT", `/v1/bots/${bot.id}/budgets`, twice), 400);
  });

  test("BU1: a limit that is less than one call is said when it is set, and in the ask before the first call", async () => {
    const bot = await newBot();
    const scope = { kind: "bot" as const, id: bot.id };
    const sent = await send(bot.id);
    await until(async () => isAnswered(sent));
    const { smallest } = await reef.client.smallestBudget(`bot:${bot.id}`);
    expect(smallest).toMatchObject({ isOwn: true });
    if (smallest === null || smallest.usd === null) throw new Error("expected what the newest call needed");
    const asksNow = async () => (await reef.client.asks({ kind: "budget", state: "open" })).items;
    const before = (await asksNow()).length;
    const set = await reef.client.createBudget({ scope, period: "total", limitTokens: 100, limitUsd: 1 });
    expect(set.note).toBe(
      `This is less than one call needs, so it asks before the first one: a call like the latest needs about ${smallest.tokens.toLocaleString("en-US")} tokens.`,
    );
    const enough = await reef.client.changeBudget(set.id, { limitTokens: smallest.tokens * 10 });
    expect([enough.note, enough.smallest]).toEqual([null, smallest]);
    expect((await reef.client.changeBudget(set.id, { limitTokens: 100 })).note).not.toBeNull();
    await send(bot.id);
    const ask = await until(async () => {
      const asks = await asksNow();
      return asks.length > before && asks.find(({ botId }) => botId === bot.id);
    });
    expect(ask.question).toMatch(
      /^The budget is too small for the next call: \$1 or 100 tokens in total for the bot “Ada”, set by .*The call leaves only if at least [\d,]+ tokens may be used, and may use up to/,
    );
    const least = Number(/at least ([\d,]+) tokens/.exec(ask.question)?.[1]?.replaceAll(",", ""));
    expect(least).toBeGreaterThan(100);
    await reef.client.deleteBudget(set.id);
    const fresh = await newBot();
    expect((await reef.client.smallestBudget(`bot:${fresh.id}`)).smallest).toMatchObject({ isOwn: false });
    await expect(reef.client.smallestBudget("bot:nobody")).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("BU2: what was used is read by model, topic, tree and chain, with names", async () => {
    const bot = await newBot();
    const topic = await reef.client.createTopic({ name: "research" });
    const session = await reef.client.createSession({ botId: bot.id, title: "birds", topicId: topic.id });
    const message = await reef.client.sendMessage(session.id, { text: "count the herons" });
    await until(async () => (await reef.client.message(message.id)).state === "answered");
    const since = new Date(0).toISOString();
    const named = async (by: "model" | "topic" | "tree" | "chain") => {
      const { items } = await reef.client.spendBy({ since, by });
      return items.map(({ id, name, usage }) => [id, name, usage.modelCalls] as const);
    };
    expect((await named("model")).map(([id, name]) => [id, name])).toContainEqual(["lab/x", "lab/x"]);
    expect(await named("topic")).toContainEqual([topic.id, "research", 1]);
    expect(await named("tree")).toContainEqual([session.id, "birds", 1]);
    expect(await named("chain")).toContainEqual([message.chainId, "count the herons", 1]);
    const bots = (await reef.client.spend({ since })).items.reduce((sum, { usage }) => sum + usage.inputTokens, 0);
    const models = (await reef.client.spendBy({ since, by: "model" })).items.reduce(
      (sum, { usage }) => sum + usage.inputTokens,
      0,
    );
    expect(models).toBe(bots);
    const odd = await reef.request("GET", `/v1/spend?since=${since}&by=mood`);
    expect(odd.status).toBe(400);
  });
});
