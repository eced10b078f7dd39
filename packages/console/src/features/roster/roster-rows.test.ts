import type { Ask } from "@reef/protocol/ask";
import type { Bot } from "@reef/protocol/bot";
import { noUsage } from "@reef/protocol/usage";
import { expect, test } from "vitest";
import { botId, makeAsk, makeSession, makeTopic, sessionId, topicId } from "../../testing/nouns.ts";
import { countByStatus, filterRows, holdOrder, rosterRows, sortRows } from "./roster-rows.ts";

function bot(name: string, fields: Partial<Bot> = {}, health: Partial<Bot["health"]> = {}): Bot {
  const spend = { modelCalls: 0, inputTokens: 10, outputTokens: 0, costUsd: 0, unpricedCalls: 0 };
  const plain = { id: botId(name), name, role: "", tags: [], status: "idle", lastActiveAt: null, spend };
  return { ...plain, health: { queueDepth: 0, failuresInRow: 0, ...health }, ...fields } as unknown as Bot; // the fields that the roster reads
}

const bots = new Map(
  [
    bot("cleo", { status: "running", lastActiveAt: "2026-01-31T12:00:00.000Z" }),
    bot("ada", { status: "failing", role: "Reviews code" }, { failuresInRow: 4 }),
    bot("ben", { status: "queued", tags: ["nightly"] }, { queueDepth: 7 }),
  ].map((each) => [each.id, each]),
);
const sources = {
  bots,
  topics: [makeTopic("dev", 1), makeTopic("research", 2)],
  sessions: [
    makeSession("a1", { lastAt: "2026-01-31T10:00:00.000Z", topicId: topicId("research") }),
    makeSession("a2", { lastAt: "2026-01-31T11:00:00.000Z", topicId: topicId("dev"), lastSeq: 3 }),
    makeSession("a4", { lastAt: "2026-01-31T11:30:00.000Z" }),
    makeSession("a3", { lastAt: "2026-01-31T12:00:00.000Z", lastSeq: 5, archivedAt: "2026-01-31T12:00:00.000Z" }),
  ],
  asks: [],
  spentBefore: new Map([[botId("ben"), { ...noUsage, inputTokens: 4 }]]),
};
const rows = rosterRows(sources);
const names = (of: typeof rows) => of.map(({ bot: { name } }) => name);

test("a bot stands with the session of its newest words and the topics of all of them, archived ones left out", () => {
  expect(names(rows)).toEqual(["ada", "ben", "cleo"]);
  expect(rows[0]?.newest?.title).toBe("a2");
  expect(rows[0]?.topics.map(({ name }) => name)).toEqual(["dev", "research"]);
  const working = sources.sessions.map((each) =>
    each.title === "a1" ? { ...each, status: "running" as const } : each,
  );
  expect(rosterRows({ ...sources, sessions: working })[0]?.newest?.title).toBe("a1");
  expect(rows[1]?.newest).toBeNull();
  expect(rows.map(({ tokens }) => tokens)).toEqual([10, 6, 10]);
});

test("a bot with questions names and opens the session of the one that has waited longest", () => {
  const ask = (title: string, createdAt: string, state: Ask["state"] = "open") =>
    makeAsk(title, { botId: botId("ada"), sessionId: sessionId(title), question: title, state, createdAt });
  const asks = [
    ask("a4", "2026-01-31T12:02:00.000Z"),
    ask("a1", "2026-01-31T12:01:00.000Z"),
    ask("a2", "2026-01-31T12:00:00.000Z", "answered"),
  ];
  const [ada, ben] = rosterRows({ ...sources, asks });
  expect(ada?.ask?.question).toBe("a1");
  expect(ada?.place).toEqual({ id: sessionId("a1"), title: "a1", topic: sources.topics[1] });
  expect(ben?.place).toBeNull();
  expect(rows[0]?.place?.title).toBe("a2");
});

test("the roster is filtered by words of name, role, tag and topic, and by state", () => {
  const found = (words: string, status: Bot["status"] | null = null) => names(filterRows(rows, { words, status }));
  expect(found("REVIEWS code")).toEqual(["ada"]);
  expect(found("nightly")).toEqual(["ben"]);
  expect(found("dev")).toEqual(["ada"]);
  expect(found("dev nightly")).toEqual([]);
  expect(found("", "running")).toEqual(["cleo"]);
  expect(countByStatus(rows).get("failing")).toBe(1);
});

test("the roster is sorted by what a person asks for, the most urgent or largest first", () => {
  expect(names(sortRows(rows, "state"))).toEqual(["ada", "cleo", "ben"]);
  expect(names(sortRows(rows, "active"))).toEqual(["cleo", "ada", "ben"]);
  expect(names(sortRows(rows, "queue"))).toEqual(["ben", "ada", "cleo"]);
  expect(names(sortRows(rows, "failures"))).toEqual(["ada", "ben", "cleo"]);
  expect(names(sortRows(rows, "today"))).toEqual(["ada", "cleo", "ben"]);
});

test("rows stay where they are while a person points at one; new ones come last", () => {
  const before = sortRows(rows, "state").filter(({ bot: { name } }) => name !== "ada");
  expect(names(holdOrder(rows, before))).toEqual(["cleo", "ben", "ada"]);
});
