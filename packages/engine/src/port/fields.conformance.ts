/**
 * Tests that every field of bots, topics, sessions, schedules and memories keeps the value it was given: after
 * creation, after a change and after a restart. The values come from the schemas of the API, so that a new field is
 * covered without an edit here.
 */
import { BotPatch, NewBot } from "@reef/protocol/bot";
import { BoxSettings } from "@reef/protocol/box";
import type { McpAttachment } from "@reef/protocol/mcp";
import { defaultMcpBox } from "@reef/protocol/mcp-box";
import { MemoryPatch, NewMemory } from "@reef/protocol/memory";
import { NewSchedule, SchedulePatch } from "@reef/protocol/schedule";
import { NewSession, SessionPatch } from "@reef/protocol/session";
import { NewTopic, TopicPatch } from "@reef/protocol/topic";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { commitOps } from "../commit.ts";
import { type Deps, defaultSettings } from "../deps.ts";
import { makeId } from "../ids.ts";
import { changeMemory, remember } from "../memory/remember.ts";
import { changeBot, createBot } from "../registry/bots.ts";
import { changeSchedule, createSchedule } from "../schedule/schedules.ts";
import { changeSession, createSession } from "../session/sessions.ts";
import { createManualClock, type ManualClock } from "../testing/manual-clock.ts";
import { arbitraryOf } from "../testing/schema-arbitrary.ts";
import { botSeed, sessionSeed } from "../testing/seeds.ts";
import { changeTopic, createTopic } from "../topic/topics.ts";
import type { Store } from "./store.ts";
import type { Op } from "./unit.ts";

/** Opens a store of the kind under test: empty the first time, with its earlier content later. */
export type OpenAgain = (clock: ManualClock) => () => Promise<Store>;

type Fields = Readonly<Record<string, unknown>>;
type Verbs = Pick<Deps, "store" | "clock" | "settings">;

interface Plan<New extends z.ZodType, Patch extends z.ZodType, Noun extends { readonly id: string }> {
  readonly schemas: readonly [New, Patch];
  /** Overrides the schemas by path, for values that must fit existing nouns. */
  readonly at?: Readonly<Record<string, fc.Arbitrary<unknown>>>;
  /** Makes dependent fields fit each other, and leaves out those tested elsewhere. */
  readonly fitNew?: (given: Fields) => Fields;
  readonly fitPatch?: (given: Fields) => Fields;
  readonly make: (deps: Verbs, given: z.output<New>) => Promise<Noun>;
  readonly change: (deps: Verbs, id: Noun["id"], patch: z.output<Patch>) => Promise<Noun>;
  readonly read: (store: Store, id: Noun["id"]) => Promise<Noun | null>;
  /** Compares a field that the noun has under another name with the value given. */
  readonly aside?: Readonly<Record<string, (noun: Noun, value: unknown) => boolean>>;
  /** True if a change creates another noun, so that omitted fields are not tested here. */
  readonly isReplaced?: boolean;
}

const [gatewayId, topicId, otherTopicId] = [makeId("gateway"), makeId("topic"), makeId("topic")];
const [serverId, otherServerId] = [makeId("mcpServer"), makeId("mcpServer")];
const attachments: readonly McpAttachment[] = [
  { serverId, tools: ["read"], ask: ["read"] },
  { serverId: otherServerId, ask: true },
];
const [bot, otherBot] = [botSeed(), botSeed()];
const session = sessionSeed(bot.id);
const runs = 12;
const before: readonly Op[] = [
  {
    op: "gateway.put",
    gateway: {
      id: gatewayId,
      name: "claw",
      url: "ws://127.0.0.1:1",
      token: { from: "file", name: "t" },
      enabled: true,
    },
  },
  ...[topicId, otherTopicId].map(
    (id, order): Op => ({ op: "topic.create", id, topic: { name: "a", color: "#112233", order } }),
  ),
  ...[serverId, otherServerId].map((id, at): Op => {
    const transport = { kind: "stdio" as const, command: "server", args: [], env: {} };
    const server = { id, name: `server-${at}`, transport, enabled: true, idleMs: 1_000, timeoutMs: 1_000 };
    const rest = { box: defaultMcpBox, sampling: false, tools: [], listedAt: null };
    return { op: "mcp.put", server: { ...server, ...rest } };
  }),
  { op: "bot.create", bot },
  { op: "bot.create", bot: otherBot },
  { op: "session.create", session },
];
const topics = fc.constantFrom(null, topicId, otherTopicId);
const times = fc.date({ min: new Date("2026-02-01"), max: new Date("2030-01-01"), noInvalidDate: true });

const bots: Plan<typeof NewBot, typeof BotPatch, Awaited<ReturnType<typeof createBot>>> = {
  schemas: [NewBot, BotPatch],
  at: {
    "agent.gatewayId": fc.constant(gatewayId),
    mcp: fc.subarray([...attachments]),
    box: fc.constantFrom(
      null,
      BoxSettings.parse({ enabled: true, hosts: ["*.example.com:8443"] }),
      BoxSettings.parse({}),
    ),
  },
  fitNew: withAgent,
  fitPatch: withAgent,
  make: (deps, given) => createBot(deps, given),
  change: changeBot,
  read: (store, id) => store.read.bot(id),
};

const topicPlan: Plan<typeof NewTopic, typeof TopicPatch, Awaited<ReturnType<typeof createTopic>>> = {
  schemas: [NewTopic, TopicPatch],
  // The old name of `color`.
  at: { colour: fc.constant(undefined) },
  make: createTopic,
  change: changeTopic,
  read: (store, id) => store.read.topic(id),
};

const sessions: Plan<typeof NewSession, typeof SessionPatch, Awaited<ReturnType<typeof createSession>>> = {
  schemas: [NewSession, SessionPatch],
  at: { botId: fc.constantFrom(bot.id, otherBot.id), topicId: topics },
  make: createSession,
  change: changeSession,
  read: (store, id) => store.read.session(id),
};

const schedules: Plan<typeof NewSchedule, typeof SchedulePatch, Awaited<ReturnType<typeof createSchedule>>> = {
  schemas: [NewSchedule, SchedulePatch],
  at: {
    sessionId: fc.constant(session.id),
    "timing.at": times.map((date) => date.toISOString()),
    "timing.pattern": fc.constantFrom("0 9 * * 1-5", "*/5 * * * *", "30 4 1,15 * *", "0 0 29 2 *"),
    "timing.timeZone": fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu"),
  },
  make: createSchedule,
  change: changeSchedule,
  read: (store, id) => store.read.schedule(id),
};

const memories: Plan<typeof NewMemory, typeof MemoryPatch, Awaited<ReturnType<typeof changeMemory>>> = {
  schemas: [NewMemory, MemoryPatch],
  // Without the unique prefix, the same text would be the same memory (ME3).
  at: { text: fc.string({ minLength: 1 }).map((text) => `${makeId("memory")} ${text}`) },
  // Text of a tool is pinned only after a person approved it (ME5).
  fitNew: ({ replaces: _, ...given }) => ({ ...given, ...(given.trust === "tool" && { pinned: false }) }),
  fitPatch: ({ text: _, validFrom: _from, ...patch }) => ({
    ...patch,
    ...(patch.approved !== true && { pinned: false }),
  }),
  make: async (deps, given) => (await remember(deps, bot.id, [given]))[0] ?? expect.fail("nothing was remembered"),
  change: changeMemory,
  read: (store, id) => store.read.memory(id),
  aside: {
    approved: ({ approvedAt }, approved) => (approvedAt !== null) === approved,
    archived: ({ archivedAt }, archived) => (archivedAt !== null) === archived,
  },
};

const corrections: typeof memories = {
  ...memories,
  // A corrected memory ends where its replacement begins.
  fitNew: ({ replaces: _, validFrom: _from, ...given }) => ({
    ...given,
    ...(given.trust === "tool" && { pinned: false }),
  }),
  fitPatch: ({ text = makeId("memory"), validFrom: _, approved: _approved, archived: _archived, ...patch }) => ({
    ...patch,
    text,
  }),
  isReplaced: true,
};

export function describeStoreFields(name: string, openAgain: OpenAgain): void {
  describe(`${name}: fields`, () => {
    keepsFields("bot", openAgain, bots);
    keepsFields("topic", openAgain, topicPlan);
    keepsFields("session", openAgain, sessions);
    keepsFields("schedule", openAgain, schedules);
    keepsFields("memory", openAgain, memories);
    keepsFields("memory that is corrected", openAgain, corrections);
  });
}

function keepsFields<New extends z.ZodType, Patch extends z.ZodType, Noun extends { readonly id: string }>(
  noun: string,
  openAgain: OpenAgain,
  plan: Plan<New, Patch, Noun>,
): void {
  it(`SY5: every field of a ${noun} is what it was given: when it was made, after a change, after a restart`, async () => {
    await fc.assert(
      fc.asyncProperty(
        historyOf(plan, true),
        historyOf(plan, false),
        historyOf(plan, true),
        async (full, partial, [kept]) => {
          const clock = createManualClock();
          const open = openAgain(clock);
          const answers: Noun[] = [];
          {
            await using store = await open();
            const deps = { store, clock, settings: defaultSettings };
            await commitOps(deps, ...before);
            const left = await plan.make(deps, kept);
            expectGiven(plan, left, kept as Fields);
            answers.push(left);
            for (const [given, patch] of [full, partial]) {
              const made = await plan.make(deps, given);
              expectGiven(plan, made, given as Fields);
              clock.advance(1_000);
              const changed = await plan.change(deps, made.id, patch);
              expectGiven(plan, changed, {
                ...(plan.isReplaced === true ? {} : (given as Fields)),
                ...(patch as Fields),
              });
              answers.push(changed);
            }
            for (const answer of answers) expect(await plan.read(store, answer.id)).toEqual(answer);
          }
          await using store = await open();
          for (const answer of answers) expect(await plan.read(store, answer.id)).toEqual(answer);
        },
      ),
      { numRuns: runs },
    );
  });
}

/** Draws what a noun is created with and then changed to, as the API passes both on. */
function historyOf<New extends z.ZodType, Patch extends z.ZodType, Noun extends { readonly id: string }>(
  { schemas: [New, Patch], at = {}, fitNew = asIs, fitPatch = asIs }: Plan<New, Patch, Noun>,
  isFull: boolean,
): fc.Arbitrary<[z.output<New>, z.output<Patch>]> {
  return fc.tuple(
    arbitraryOf(New, { at, isFull }).map((given) => New.parse(fitNew(given as Fields))),
    arbitraryOf(Patch, { at, isFull }).map((patch) => Patch.parse(fitPatch(patch as Fields))),
  );
}

function expectGiven<New extends z.ZodType, Patch extends z.ZodType, Noun extends { readonly id: string }>(
  { aside = {} }: Plan<New, Patch, Noun>,
  noun: Noun,
  given: Fields,
): void {
  const of: Fields = { ...noun };
  for (const [name, value] of Object.entries(given)) {
    const isAsGiven = aside[name];
    if (isAsGiven === undefined) expect({ [name]: of[name] }).toEqual({ [name]: value });
    else expect({ [name]: isAsGiven(noun, value) }).toEqual({ [name]: true });
  }
}

function asIs(given: Fields): Fields {
  return given;
}

/** A bot has an agent if and only if its runtime is OpenClaw. */
function withAgent({ runtime = "demo", agent = null, ...rest }: Fields): Fields {
  return { ...rest, agent, runtime: agent !== null ? "openclaw" : runtime === "openclaw" ? "loop" : runtime };
}
