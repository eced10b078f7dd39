import type { Home, TurnCounts } from "@reef/protocol/home";
import { expect, test } from "vitest";
import { serve, until } from "../testing/serve.ts";

test("home has the first of each group and the whole counts, and follows what happens", async () => {
  await using reef = await serve({ script: () => "All green." });
  const { client } = reef;
  const bot = await client.createBot({ name: "Ada" });
  const sessions = await Promise.all(["a", "b", "c"].map((title) => client.createSession({ botId: bot.id, title })));
  for (const { id } of sessions) await client.sendMessage(id, { text: "go" });
  const home = await until(async () => {
    const now = await client.home({ limit: 2 });
    return now.finished.count === 3 && now;
  });
  expect(home.finished.items).toHaveLength(2);
  expect(home).toMatchObject({ needsYou: { count: 0, items: [] }, working: { count: 0 }, queued: 0, next: [] });
  await client.bulkSessions({ filter: { status: "idle", unread: true }, action: "read" });
  expect((await client.home()).finished).toEqual({ count: 0, items: [] });
  const soon = { kind: "every", seconds: 3600 } as const;
  const late = { kind: "every", seconds: 7200 } as const;
  const [first, second] = [sessions[0]!.id, sessions[1]!.id];
  await client.createSchedule({ sessionId: second, text: "late", timing: late });
  await client.createSchedule({ sessionId: first, text: "soon", timing: soon });
  await client.createSchedule({ sessionId: sessions[2]!.id, text: "archived", timing: soon });
  await client.archiveSession(sessions[2]!.id);
  expect((await client.home()).next.map(({ text }) => text)).toEqual(["soon", "late"]);
  const counts = await client.turnCounts({ since: new Date(Date.now() - 3_600_000).toISOString() });
  expect(counts.ended.reduce((sum, count) => sum + count, 0)).toBe(3);
});

test("SE7: home refuses what it cannot give", async () => {
  await using reef = await serve();
  for (const path of ["/v1/home?limit=0", "/v1/home?limit=51", "/v1/home?limit=x", "/v1/home?more=1"]) {
    expect([path, (await reef.request("GET", path)).status]).toEqual([path, 400]);
  }
  for (const query of [
    "",
    "?since=nonsense",
    "?since=2020-01-01T00:00:00.000Z&bucketMs=60000",
    "?since=2026-01-01T00:00:00Z&bucketMs=1",
  ]) {
    expect([query, (await reef.request("GET", `/v1/turn-counts${query}`)).status]).toEqual([query, 400]);
  }
  const home = (await (await reef.request("GET", "/v1/home")).json()) as Home;
  expect(home.needsYou).toEqual({ count: 0, items: [] });
  const since = new Date(Date.now() - 3 * 3_600_000).toISOString();
  const counts = (await (await reef.request("GET", `/v1/turn-counts?since=${since}`)).json()) as TurnCounts;
  expect(counts.ended.every((count) => count === 0)).toBe(true);
});
