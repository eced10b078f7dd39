/** Tests the forms of BlackBox5: AgentMemory in and out, as the original reads and writes it, and the Hindsight store. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { BotId } from "@reef/protocol/ids";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serve } from "../testing/serve.ts";

const real = join(
  process.env.REEF_SHARED_DATA ?? resolve(import.meta.dirname, "../../../../../shared/data"),
  "blackbox5/agent-memory",
);

let reef: Served;
beforeAll(async () => {
  reef = await serve();
});
afterAll(() => reef[Symbol.asyncDispose]());

const newBot = async (name = "agent") => (await reef.client.createBot({ name })).id;
const take = (bot: BotId, file: unknown, rest: { readonly dryRun?: boolean; readonly name?: string } = {}) =>
  reef.client.importMemories(bot, { format: "agent-memory", text: JSON.stringify(file), name: "AgentMemory", ...rest });
const give = async (bot: BotId) =>
  (await (await reef.request("GET", `/v1/bots/${bot}/memories/export?format=agent-memory`)).json()) as Record<
    "sessions" | "insights",
    Record<string, unknown>[]
  > & { readonly agent_id: string; readonly context: Record<string, unknown>; readonly statistics: unknown };

const session = {
  session_id: "session_20260118_072634_099626_e4f37823",
  timestamp: "2026-01-18T07:26:34.099626+00:00",
  task: "Build the login page",
  result: "Built; zwölf tests pass",
  metadata: { files: ["login.ts"], depth: { a: [1, null] } },
  success: true,
  duration_seconds: 180.5,
};
const insight = {
  insight_id: "insight_20260118_072635_000001_00000001",
  timestamp: "2026-01-18T07:26:35.000001+00:00",
  content: "The build cache breaks when the branch name has a slash",
  category: "gotcha",
  confidence: 0.85,
  source_session: session.session_id,
  metadata: {},
};
const context = {
  context_id: "context_20260118_072634_000000_00000002",
  agent_id: "agent",
  created_at: "2026-01-18T07:26:34+00:00",
  updated_at: "2026-01-18T07:26:36+00:00",
  patterns: ["Small commits"],
  gotchas: [insight.content],
  discoveries: [],
  preferences: { language: "python" },
  statistics: { total_sessions: 1, successful_sessions: 1, failed_sessions: 0, total_insights: 1 },
};
const file = { agent_id: "agent", sessions: [session], insights: [insight], context };

describe("AgentMemory", () => {
  it("what is imported is found by its words, and an export has every row again, field by field", async () => {
    const bot = await newBot();
    expect(await take(bot, file)).toMatchObject({ added: 3, known: 0, refused: [], notes: [] });
    const { items } = await reef.client.searchMemories(bot, { q: "what is wrong with the build cache?" });
    expect(items[0]?.memory).toMatchObject({ text: insight.content, trust: "import", importance: 0.85 });
    const given = await give(bot);
    expect(given).toMatchObject(file);
    expect(Object.keys(given.sessions[0] ?? {})).toEqual(Object.keys(session));
    expect(Object.keys(given.insights[0] ?? {})).toEqual(Object.keys(insight));
    expect(Object.keys(given.context)).toEqual(Object.keys(context));
  });

  it("ME3: imported again it adds nothing; rows with the same words all stay", async () => {
    const bot = await newBot();
    const again = { ...session, session_id: "session_2", timestamp: "2026-01-19T07:26:34+00:00", success: true };
    const both = { ...file, sessions: [session, again], insights: [insight, { ...insight, insight_id: "insight_3" }] };
    await take(bot, file);
    expect(await take(bot, file)).toMatchObject({ added: 0, known: 3 });
    await take(bot, both);
    const given = await give(bot);
    expect(given.sessions.map((row) => row.session_id)).toEqual([session.session_id, "session_2"]);
    expect(given.insights.map((row) => row.insight_id)).toEqual([insight.insight_id, "insight_3"]);
  });

  it("contexts merge as the original merges them, and a preview changes nothing", async () => {
    const bot = await newBot();
    await take(bot, file);
    const other = { ...context, patterns: ["Small commits", "Tests first"], preferences: { style: "short" } };
    expect(await take(bot, { ...file, context: other }, { dryRun: true })).toMatchObject({ added: 0, dryRun: true });
    expect((await give(bot)).context).toEqual(context);
    await take(bot, { ...file, context: other });
    expect((await give(bot)).context).toMatchObject({
      patterns: ["Small commits", "Tests first"],
      preferences: { language: "python", style: "short" },
    });
  });

  it("a long result, an empty one and odd letters survive the way there and back", async () => {
    const bot = await newBot();
    const long = {
      ...session,
      session_id: "s1",
      timestamp: "2026-01-01T00:00:00+00:00",
      result: "r é\n".repeat(9_000),
    };
    const empty = { ...session, session_id: "s2", timestamp: "2026-01-02T00:00:00+00:00", task: " ", result: "" };
    const odd = { ...insight, insight_id: "i1", timestamp: "2026-01-03T00:00:00+00:00", content: "  𝕏 \u0000 “x”\t" };
    expect(await take(bot, { ...file, sessions: [long, empty], insights: [odd] })).toMatchObject({ refused: [] });
    const given = await give(bot);
    expect(given.sessions).toEqual([long, empty]);
    expect(given.insights).toEqual([odd]);
  });

  it("SE5: secrets are blacked out and counted", async () => {
    const bot = await newBot();
    const secret = "sk-proj-abcdefghijklmnopqrstuvwx1234";
    const { notes } = await take(bot, { ...file, sessions: [{ ...session, result: `the key is ${secret}` }] });
    expect(notes).toEqual(["1 secret was blacked out."]);
    expect(JSON.stringify(await give(bot))).not.toContain(secret);
  });

  it("another schema is refused with the reason, a bad row alone, and an unknown field is kept in metadata", async () => {
    const bot = await newBot();
    const foreign = { sessions: [{ session_id: "x", problem: "p", iterations: [] }], metadata: {} };
    await expect(take(bot, foreign)).rejects.toThrow(/not an AgentMemory.*its first row has session_id, problem/s);
    await expect(take(bot, [])).rejects.toThrow("it is a list");
    const rows = [
      { ...session, priority: 3 },
      { session_id: "no task", timestamp: "" },
    ];
    const report = await take(bot, { ...file, agent_id: "other", sessions: rows });
    expect(report.refused).toEqual([{ line: 2, reason: expect.stringContaining("task") }]);
    expect(report.notes).toEqual([
      "The context says that it is of the agent “agent”, and the folder or file says “other”.",
    ]);
    expect((await give(bot)).sessions[0]?.metadata).toEqual({ priority: 3, ...session.metadata });
  });

  it("ME5: what Reef learned itself becomes insights; lines and what waits for approval stay here", async () => {
    const bot = await newBot("Keeper");
    const fact = await reef.client.remember(bot, { text: "The office is in Oslo", importance: 0.7 });
    await reef.client.rememberAll(bot, [
      { text: "said once", kind: "entry", conversation: "c", seq: 1 },
      { text: "a page claims this", trust: "tool" },
    ]);
    const given = await give(bot);
    expect(given.agent_id).toBe("Keeper");
    expect(given.insights).toEqual([
      expect.objectContaining({
        content: "The office is in Oslo",
        category: "discovery",
        confidence: 0.7,
        metadata: { reef: { id: fact.id, kind: "fact", trust: "person" } },
      }),
    ]);
    expect(given.insights[0]?.insight_id).toMatch(/^insight_\d{8}_\d{6}_\d{6}_[0-9a-f]{8}$/);
    expect(given.statistics).toMatchObject({ total_insights: 1, insights_by_category: { discovery: 1 } });
    expect(await take(bot, given)).toMatchObject({ added: 1, known: 1 });
  });

  it("the original's loader takes every exported row: it would lose a file for one unknown key", async () => {
    const bot = await newBot();
    await take(bot, file);
    await reef.client.remember(bot, { text: "Learned by Reef — and kept" });
    const folder = mkdtempSync(join(tmpdir(), "reef-agent-memory-"));
    try {
      writeFileSync(join(folder, "memory.json"), JSON.stringify(await give(bot)));
      writeFileSync(join(folder, "load.py"), strictLoader);
      const { stdout, stderr } = spawnSync("python3", ["load.py"], { cwd: folder, encoding: "utf8" });
      expect(stderr).toBe("");
      expect(stdout.trim()).toBe("1 sessions, 2 insights, context of agent");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.skipIf(!existsSync(real))(
    "real agents come in and go out unchanged, and one of another schema is refused",
    async () => {
      const agents = readdirSync(real);
      const parts = ["sessions", "insights", "context"] as const;
      for (const agent of agents) {
        const read = (part: string) => {
          const path = join(real, agent, `${part}.json`);
          return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
        };
        const whole = Object.fromEntries(parts.map((part) => [part, read(part)]));
        const bot = await newBot(agent);
        if (agent === "thought-loop") {
          await expect(take(bot, { agent_id: agent, ...whole })).rejects.toThrow("not an AgentMemory");
          continue;
        }
        const report = await take(bot, { agent_id: agent, ...whole });
        expect(report.refused).toEqual([]);
        expect(report.notes.length).toBe(agent === "import-agent" ? 1 : 0);
        const given = await give(bot);
        expect({ sessions: given.sessions, insights: given.insights, context: given.context }).toEqual(whole);
      }
      expect(agents.length).toBeGreaterThan(5);
    },
  );
});

/** Does what the original's loader does: each row becomes a dataclass, and an unknown or missing field is an error. */
const strictLoader = `
import json
from dataclasses import make_dataclass, field
Session = make_dataclass("Session", ["session_id", "timestamp", "task", "result", ("metadata", dict, field(default_factory=dict)), ("success", bool, True), ("duration_seconds", float, None)])
Insight = make_dataclass("Insight", ["insight_id", "timestamp", "content", "category", ("confidence", float, 1.0), ("source_session", str, None), ("metadata", dict, field(default_factory=dict))])
Context = make_dataclass("Context", ["context_id", "agent_id", "created_at", "updated_at", ("patterns", list, field(default_factory=list)), ("gotchas", list, field(default_factory=list)), ("discoveries", list, field(default_factory=list)), ("preferences", dict, field(default_factory=dict)), ("statistics", dict, field(default_factory=dict))])
data = json.load(open("memory.json"))
sessions = [Session(**row) for row in data["sessions"]]
insights = [Insight(**row) for row in data["insights"]]
context = Context(**data["context"])
print(f"{len(sessions)} sessions, {len(insights)} insights, context of {context.agent_id}")
`;

describe("the Hindsight store", () => {
  const rows = [
    {
      id: "0123456789ab",
      content: "Redis runs on the box",
      network: "world",
      embedding: [0.1, 0.2],
      created_at: "2026-02-04T10:00:00",
    },
    {
      id: "0123456789ac",
      content: "I prefer short runs",
      network: "opinion",
      metadata: { confidence: 0.9 },
      created_at: "2026-02-04",
    },
    { id: "0123456789ad", content: "", network: "world", created_at: "" },
  ];
  const text = JSON.stringify(rows);

  it("comes in with network, time and confidence; its vectors stay out, and a bad row is named", async () => {
    const bot = await newBot();
    const report = await reef.client.importMemories(bot, { format: "hindsight", text, name: "memories.json" });
    expect(report).toMatchObject({ added: 2, known: 0, refused: [{ line: 3 }] });
    expect(report.notes).toEqual(["Left out the vectors of 1 rows, which are of another model."]);
    const { items } = await reef.client.memories(bot);
    expect(items.find(({ text }) => text.startsWith("Redis"))).toMatchObject({
      kind: "fact",
      occurredAt: "2026-02-04T10:00:00.000Z",
      metadata: { hindsight: { id: "0123456789ab", network: "world" } },
    });
    expect(items.find(({ text }) => text.startsWith("I prefer"))).toMatchObject({ kind: "note", importance: 0.9 });
    expect(await reef.client.importMemories(bot, { format: "hindsight", text, name: "memories.json" })).toMatchObject({
      added: 0,
      known: 2,
    });
  });
});
