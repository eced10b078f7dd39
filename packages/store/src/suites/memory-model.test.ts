/**
 * Runs random operations on what bots know, on the store and on the in-memory one: the same outcomes and the
 * same reads. With few texts and few memories, so that they repeat, replace, propose and restore each other often.
 */
import { makeId } from "@reef/engine/ids";
import { openModelStore } from "@reef/engine/model/store";
import type { ConsolidationSeed } from "@reef/engine/port/consolidation";
import type { MemorySeed } from "@reef/engine/port/memory-seed";
import type { Store } from "@reef/engine/port/store";
import type { Op } from "@reef/engine/port/unit";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { botSeed, memorySeed, sessionSeed } from "@reef/engine/testing/seeds";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import type { BotId, ConsolidationId, MemoryId, ProposalId, SessionId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import { noUsage } from "@reef/protocol/usage";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEmptyStore, storeName } from "../testing/store-under-test.ts";

const runs = Number(process.env.REEF_MODEL_RUNS ?? (storeName === "SQLite" ? 150 : 40));
const page = { limit: 1000, cursor: null };

/** What the random choices refer to: everything made so far, including what was deleted since. */
interface World {
  readonly bots: readonly BotId[];
  readonly sessions: readonly SessionId[];
  readonly memories: MemoryId[];
  readonly proposals: ProposalId[];
  readonly consolidations: ConsolidationId[];
  seen: number;
}

const choices = [
  ...(["save", "save", "supersede", "archive", "restore", "delete", "pin", "approve"] as const),
  ...(["consolidate", "consolidate", "consolidate", "again"] as const),
  ...(["accept", "accept", "reject", "undo", "reword", "replace", "replace", "reinstate", "reinstate"] as const),
  ...(["policy", "incognito", "deleteSession", "time"] as const),
] as const;
type Choice = readonly [(typeof choices)[number], number, number, number];
const choice: fc.Arbitrary<Choice> = fc.tuple(fc.constantFrom(...choices), fc.nat(1000), fc.nat(1000), fc.nat(1000));

const clock = createManualClock();

describe(`${storeName} against the model: memory`, () => {
  let tested: Store;
  beforeAll(async () => {
    tested = await openEmptyStore(clock);
  });
  afterAll(() => tested[Symbol.asyncDispose]());

  it(`ME1, ME3, ME4, ME6, ME7: ${runs} random histories of memories have the same outcomes and the same reads`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 5, maxLength: 60, size: "max" }), async (history) => {
        const stores = [tested, openModelStore({ clock })];
        const bots = [botSeed(), botSeed()];
        const [first, second] = bots as [(typeof bots)[0], (typeof bots)[0]];
        const sessions = [sessionSeed(first.id), sessionSeed(first.id), sessionSeed(second.id)];
        const world: World = {
          bots: bots.map(({ id }) => id),
          sessions: sessions.map(({ id }) => id),
          memories: [],
          proposals: [],
          consolidations: [],
          seen: 0,
        };
        const ops: Op[] = [
          ...bots.map((bot) => ({ op: "bot.create", bot }) as const),
          ...sessions.map((session) => ({ op: "session.create", session }) as const),
        ];
        for (const store of stores) await store.commit({ at: msToIso(clock.now()), ops });
        for (const next of history) {
          if (next[0] === "time") clock.advance(1000);
          else await compareOutcomes(stores, toOp(world, next));
        }
        const [ours, models] = await Promise.all(stores.map((store) => readAll(store, world)));
        expect(ours).toEqual(models);
        await tested.commit({
          at: msToIso(clock.now()),
          ops: world.bots.map((id) => ({ op: "bot.delete", id }) as const),
        });
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
  }, 120_000);
});

async function compareOutcomes(stores: readonly Store[], op: Op): Promise<void> {
  const outcomes: unknown[] = [];
  for (const store of stores) {
    try {
      const { known, events } = await store.commit({ at: msToIso(clock.now()), ops: [op] });
      outcomes.push({ known, told: events.flatMap(toTold).toSorted() });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      outcomes.push(error.code);
    }
  }
  expect(outcomes[0], `of ${JSON.stringify(op)}`).toEqual(outcomes[1]);
}

/** Keeps events of memory alone: the other suites compare the rest. */
function toTold(event: Event): readonly string[] {
  switch (event.type) {
    case "memory.changed":
    case "memory.deleted":
      return [`${event.type} ${event.botId} ${event.count} ${event.memoryIds.toSorted().join()}`];
    case "consolidation.changed":
      return [`${event.type} ${event.consolidationId}`];
    case "memory_policy.changed":
      return [`${event.type} ${event.botId}`];
    default:
      return [];
  }
}

function toOp(world: World, [what, a, b, c]: Choice): Op {
  const botId = pick(world.bots, a % 4 === 0 ? 1 : 0);
  const memory = pick(world.memories, b, makeId("memory"));
  const other = pick(world.memories, c, makeId("memory"));
  const proposal = { botId, id: pick(world.proposals, b, makeId("proposal")), by: "person" } as const;
  switch (what) {
    case "save":
      return { op: "memory.save", botId, memories: [newMemory(world, b), newMemory(world, c)] };
    case "supersede":
      return { op: "memory.supersede", botId, id: memory, by: newMemory(world, c) };
    case "archive":
      return { op: "memory.archive", botId, ids: [memory, other], reason: a % 2 === 0 ? "forgotten" : "undone" };
    case "restore":
      return { op: "memory.restore", botId, ids: [memory, other] };
    case "delete":
      return { op: "memory.delete", botId, ids: [memory] };
    case "pin":
      return { op: "memory.change", botId, id: memory, fields: { pinned: c % 2 === 0 } };
    case "approve":
      return { op: "memory.change", botId, id: memory, fields: { approvedAt: msToIso(clock.now()) } };
    case "consolidate":
      world.seen += 2;
      return { op: "consolidation.save", consolidation: newConsolidation(world, { botId, picks: [a, b, c] }) };
    case "again":
      return { op: "consolidation.save", consolidation: newConsolidation(world, { botId, picks: [a, b, c] }) };
    case "accept":
      return {
        ...{ op: "proposal.settle", ...proposal, from: ["open", "rejected", "undone"], to: "accepted" },
        ...(c % 5 === 0 && { sameAs: other }),
      };
    case "reject":
      return { op: "proposal.settle", ...proposal, from: ["open"], to: "rejected" };
    case "undo":
      return { op: "proposal.settle", ...proposal, from: ["accepted"], to: "undone" };
    case "reword":
      return { op: "memory.reword", botId, id: memory, text: textOf(c) };
    case "replace":
      return { op: "memory.replace", botId, ids: [memory], by: other };
    case "reinstate":
      return { op: "memory.reinstate", botId, ids: world.memories.slice(-8), by: other };
    case "policy":
      return { op: "memory.policy", botId, consolidation: (["off", "propose", "apply"] as const)[b % 3] ?? "off" };
    case "incognito":
      return { op: "session.change", id: pick(world.sessions, b), fields: { memory: c % 3 === 0 ? "off" : "on" } };
    case "deleteSession":
      // Rare, because it prevents much of what could happen.
      if (c % 4 !== 0) return { op: "memory.policy", botId, consolidation: "apply" };
      return { op: "session.delete", id: pick(world.sessions, b) };
    case "time":
      throw new Error("time is no operation");
    default:
      return what satisfies never;
  }
}

function newMemory(world: World, n: number): MemorySeed {
  const seed = memorySeed({
    text: textOf(n),
    trust: (["person", "bot", "session", "tool"] as const)[n % 4] ?? "bot",
    importance: (n % 10) / 10,
  });
  world.memories.push(seed.id);
  return seed;
}

function newConsolidation(
  world: World,
  { botId, picks: [a, b, c] }: { readonly botId: BotId; readonly picks: readonly [number, number, number] },
): ConsolidationSeed {
  const id = makeId("consolidation");
  world.consolidations.push(id);
  const proposals = [b, c].map((n): ConsolidationSeed["proposals"][number] => {
    const proposalId = makeId("proposal");
    world.proposals.push(proposalId);
    const action = (["add", "replace", "forget"] as const)[n % 3] ?? "add";
    const ends = action === "add" ? [] : [pick(world.memories, n, makeId("memory"))];
    const memory = action === "forget" ? null : newMemory(world, n + a);
    return { id: proposalId, action, reason: "", ends, sources: world.memories.slice(0, 1), memory };
  });
  return {
    id,
    botId,
    sessionId: pick(world.sessions, a),
    cause: "idle",
    by: "model",
    model: "m",
    note: null,
    fromSeq: world.seen,
    throughSeq: world.seen + 1,
    usage: { ...noUsage, modelCalls: a % 2, inputTokens: a },
    proposals,
  };
}

async function readAll({ read }: Store, world: World): Promise<unknown> {
  const bots = [];
  for (const id of world.bots) {
    const { items } = await read.memories(id, { state: "all" }, page);
    const changes = await read.memoryChanges(id, 0, 1000);
    bots.push({
      memories: items,
      suggested: (await read.memories(id, { state: "suggested" }, page)).items.length,
      version: await read.memoryVersion(id),
      changes: changes.map(({ version, id: memoryId, memory }) => [version, memoryId, memory?.text ?? null]),
      counts: await read.memoryCounts(id),
      consolidations: (await read.consolidations(id, {}, page)).items,
      open: (await read.consolidations(id, { open: true }, page)).items.map((consolidation) => consolidation.id),
      through: [...(await read.consolidatedThrough(id))].toSorted(),
      policy: await read.consolidationPolicy(id),
      spend: (await read.bot(id))?.spend,
    });
  }
  const adding = await Promise.all(world.memories.map(async (id) => (await read.consolidationAdding(id))?.id ?? null));
  return { bots, adding };
}

const textOf = (n: number): string => `thing ${n % 6} is ${n % 2 === 0 ? "so" : "So."}`;

function pick<Item>(items: readonly Item[], n: number, none?: Item): Item {
  const item = items[n % Math.max(1, items.length)] ?? none;
  if (item === undefined) throw new Error("expected something to pick from");
  return item;
}
