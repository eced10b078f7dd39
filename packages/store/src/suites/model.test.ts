/**
 * Runs random units on the store and on the in-memory one: the same outcomes and the same reads. The model
 * counts at every read, so a count that drifts in the store is found here. Ids that stores make themselves are compared by
 * their order of appearance.
 */
import { makeId } from "@reef/engine/ids";
import { openModelStore } from "@reef/engine/model/store";
import { type Claim, leaseMs, type Store } from "@reef/engine/port/store";
import type { AskSeed, Op, TurnOp } from "@reef/engine/port/unit";
import { createManualClock, type ManualClock } from "@reef/engine/testing/manual-clock";
import { botSeed, entrySeed, messageSeed, sessionSeed, settleOp, stepOp } from "@reef/engine/testing/seeds";
import { AppError } from "@reef/protocol/error";
import type { FileRef } from "@reef/protocol/file";
import type {
  AskId,
  BotId,
  ChainId,
  FileId,
  GatewayId,
  MessageId,
  ScheduleId,
  SessionId,
  WorkerId,
} from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLateStore } from "../testing/late-store.ts";
import { openEmptyStore, storeName } from "../testing/store-under-test.ts";

const runs = Number(process.env.REEF_MODEL_RUNS ?? 300);
const page = { limit: 1000, cursor: null };

/** What the random choices refer to: everything made so far, including what was deleted since. */
interface World {
  readonly bots: BotId[];
  readonly sessions: SessionId[];
  readonly messages: MessageId[];
  readonly asks: AskId[];
  readonly schedules: ScheduleId[];
  readonly files: FileId[];
  readonly chain: ChainId;
  readonly workers: readonly [WorkerId, WorkerId];
}

/** One store with the claims it gave: both stores give the same ones, in the same order, under their own turn ids. */
interface Side {
  readonly store: Store;
  readonly claims: Claim[];
}

type Pick = readonly [number, number, number];
interface Choice {
  readonly what: (typeof choices)[number];
  readonly pick: Pick;
}

const choices = [
  "bot",
  "session",
  "spawn",
  ...(["send", "send", "send", "urgent", "later", "held", "keyed", "reply", "result"] as const),
  ...(["cancel", "cancelQueued", "move", "move", "retry", "dismiss", "release"] as const),
  ...([
    "entry",
    "thought",
    "read",
    "unread",
    "change",
    "pause",
    "answer",
    "fork",
    "deleteSession",
    "deleteBot",
  ] as const),
  ...(["claim", "claim", "claim", "beat", "time", "lease"] as const),
  ...([
    "step",
    "step",
    "join",
    "take",
    "ask",
    "waitAsk",
    "waitMessage",
    "waitTime",
    "settle",
    "settle",
    "fail",
  ] as const),
  ...(["schedule", "schedule", "fire", "fire", "fire", "reschedule", "unschedule"] as const),
  ...(["file", "file", "attach", "attach", "attach", "attachEntry", "sweepFiles"] as const),
  ...(["rewind", "rewind", "rewind"] as const),
  ...(["stop", "paid", "cancelTurn", "hurry", "bad"] as const),
  ...(["hold", "hold", "endHold", "endHold"] as const),
] as const;

function providerWait(n: number) {
  const since = msToIso(n);
  return {
    model: "main/big",
    state: n % 2 === 0 ? ("down" as const) : ("limited" as const),
    reason: "x",
    since,
    until: since,
  };
}

const choice: fc.Arbitrary<Choice> = fc.record({
  what: fc.constantFrom(...choices),
  pick: fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)),
});

/** A database on another machine's side of a socket takes longer to answer. */
const kinds =
  storeName === "SQLite"
    ? [
        { what: storeName, histories: runs, open: openEmptyStore },
        { what: "a store driven asynchronously", histories: Math.ceil(runs / 10), open: openLateStore },
      ]
    : [{ what: storeName, histories: Math.ceil(runs / 12), open: openEmptyStore }];

describe.each(kinds)("$what against the model", ({ histories, open }) => {
  const clock = createManualClock();
  let tested: Store;
  beforeAll(async () => {
    tested = await open(clock);
  });
  afterAll(() => tested[Symbol.asyncDispose]());

  it(`MB2–MB7, MB11, TU4–TU6 (with holds), TU10, SU2, AS1, SC1, SC2: ${histories} random histories have the same outcomes and the same reads`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 5, maxLength: 75, size: "max" }), async (history) => {
        await empty(tested, clock);
        const sides: readonly [Side, Side] = [
          { store: tested, claims: [] },
          { store: openModelStore({ clock }), claims: [] },
        ];
        const world: World = {
          bots: [],
          sessions: [],
          messages: [],
          asks: [],
          schedules: [],
          files: [],
          chain: makeId("chain"),
          workers: [makeId("worker"), makeId("worker")],
        };
        for (const first of ["bot", "session", "session"] as const)
          await step(sides, world, { clock, next: { what: first, pick: [0, 0, 0] } });
        for (const next of history) await step(sides, world, { clock, next });
        const [ours, models] = [await readAll(sides[0].store, world), await readAll(sides[1].store, world)];
        expect(firstDifference(ours, models, "")).toBeNull();
      }),
      { numRuns: histories, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
    );
  }, 90_000);
});

async function step(
  sides: readonly Side[],
  world: World,
  { clock, next }: { readonly clock: ManualClock; readonly next: Choice },
): Promise<void> {
  if (next.what === "time") return clock.advance(next.pick[0]);
  if (next.what === "lease") return clock.advance(leaseMs + 1);
  const outcomes: unknown[] = [];
  const act = plan(world, next, clock);
  for (const side of sides) {
    try {
      outcomes.push(await act(side));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      outcomes.push(error.code);
    }
  }
  const known = (outcome: unknown) =>
    JSON.parse(JSON.stringify(outcome), (key, value) => (key === "updatedAt" || key === "rank" ? null : value));
  expect(firstDifference(known(outcomes[0]), known(outcomes[1]), next.what)).toBeNull();
}

/** Chooses ids and times once, so that both sides get the same act. */
function plan(world: World, { what, pick }: Choice, clock: ManualClock): (side: Side) => Promise<unknown> {
  const [a, b, c] = pick;
  const at = msToIso(clock.now());
  const session = choose(world.sessions, a);
  const message = choose(world.messages, b) ?? makeId("message");
  const bot = choose(world.bots, c);
  const commit =
    (...ops: readonly Op[]) =>
    async ({ store }: Side) =>
      (await store.commit({ at, ops })).existing.map(({ id }) => id);
  const inTurn =
    (...ops: readonly (Op | TurnOp)[]) =>
    async ({ store, claims }: Side) => {
      const claim = choose(claims, a);
      return claim === undefined ? null : (await store.commitTurn(claim, { at, ops })).state;
    };
  const send = (rest: Parameters<typeof messageSeed>[1]): Op => {
    const seed = messageSeed(session ?? makeId("session"), {
      text: `text ${b}`,
      chainId: world.chain,
      hops: c % 3,
      ...rest,
    });
    world.messages.push(seed.id);
    return { op: "message.send", message: seed };
  };
  const attachments = (...ids: readonly (FileId | undefined)[]): FileRef[] =>
    ids.map((id = makeId("file")) => ({ id, name: "a file", mediaType: "text/plain", sizeBytes: 1 }));
  const dueAt = (ms: number) => msToIso(clock.now() + ms);
  const remember = <Id>(ids: Id[], id: Id): Id => {
    ids.push(id);
    return id;
  };
  switch (what) {
    case "bot":
      return commit({
        op: "bot.create",
        bot: botSeed({ id: remember(world.bots, makeId("bot")), name: `bot ${a % 5}` }),
      });
    case "session":
      return commit({
        op: "session.create",
        session: sessionSeed(bot ?? makeId("bot"), {
          id: remember(world.sessions, makeId("session")),
          title: `s${b % 7}`,
        }),
      });
    case "spawn": {
      const task = makeId("message");
      const parentId = session ?? makeId("session");
      const id = remember(world.sessions, makeId("session"));
      const seed = sessionSeed(bot ?? makeId("bot"), { id, parentId, taskMessageId: task });
      return commit(
        { op: "session.create", session: seed, limits: { maxDepth: 2, maxChildren: 2, maxTree: 4 } },
        { op: "message.send", message: messageSeed(id, { id: remember(world.messages, task), purpose: "task" }) },
      );
    }
    case "send":
      return commit(send({}));
    case "urgent":
      return commit(send({ mode: c % 2 === 0 ? "steer" : "interrupt" }));
    case "later":
      return commit(send({ notBefore: msToIso(clock.now() + c) }));
    case "held":
      return commit(send({ held: true }));
    case "keyed":
      return commit(send({ idempotencyKey: `key ${b % 2}`, text: `keyed ${c % 2}` }));
    case "reply":
      return commit(send({ replyTo: message }));
    case "result":
      return inTurn(send({ replyTo: message, purpose: "result" }));
    case "rewind": {
      const sessionId = session ?? makeId("session");
      const sent = send(c % 4 === 0 ? { idempotencyKey: `key ${b % 2}` } : {});
      const notice = { id: makeId("entry"), text: "Replaced." };
      return async (side) => {
        const windowOf = async () => (await side.store.read.window(sessionId)).map(({ seq }) => seq);
        const lastSeq = (await side.store.read.session(sessionId))?.lastSeq ?? 0;
        if (sent.op !== "message.send") return null;
        const rewind = { toSeq: b % (lastSeq + 1), lastSeq: c % 9 === 0 ? lastSeq + 1 : lastSeq, notice };
        const before = await windowOf();
        const first: Op[] = a % 3 === 0 ? [] : [{ op: "message.cancelQueued", sessionId, reason: "first" }];
        await commit(...first, { op: "message.send", message: { ...sent.message, rewind } })(side);
        return [before, await windowOf()];
      };
    }
    case "cancel":
      return commit({ op: "message.cancel", id: message, reason: "withdrawn" });
    case "cancelQueued":
      return commit({ op: "message.cancelQueued", sessionId: session ?? makeId("session"), reason: "all" });
    case "move": {
      const beside = choose(world.messages, c) ?? makeId("message");
      return commit({ op: "message.move", id: message, to: a % 2 === 0 ? { before: beside } : { after: beside } });
    }
    case "retry":
      return commit({ op: "message.retry", id: message });
    case "dismiss":
      return commit({ op: "message.dismiss", id: message });
    case "release":
      return commit(
        a % 3 === 0
          ? { op: "message.release", id: message }
          : a % 3 === 1
            ? { op: "chain.release", chainId: world.chain }
            : { op: "chain.drop", chainId: world.chain, reason: "enough" },
      );
    case "entry":
      return commit({
        op: "entry.append",
        entry: entrySeed(session ?? makeId("session"), `words ${b}`, { kind: b % 2 === 0 ? "bot" : "tool_result" }),
      });
    case "thought":
      return commit({
        op: "entry.append",
        entry: entrySeed(session ?? makeId("session"), b % 2 === 0 ? "" : `words ${b}`, {
          reasoning: `thought ${c}`,
          ...(c % 3 > 0 && { opaque: { c } }),
        }),
      });
    case "unread":
      return commit({ op: "session.unread", id: session ?? makeId("session"), seq: b % 8 });
    case "read":
      return commit({ op: "session.read", id: session ?? makeId("session"), seq: b % 8 });
    case "change":
      return commit({
        op: "session.change",
        id: session ?? makeId("session"),
        fields: { title: `t${b % 4}`, archivedAt: c % 3 === 0 ? at : null },
      });
    case "pause":
      return commit({ op: "bot.pause", id: bot ?? makeId("bot"), paused: a % 2 === 0 });
    case "hold":
    case "endHold": {
      const named = [
        { kind: "everything" },
        { kind: "bot", id: bot ?? makeId("bot") },
        { kind: "session", id: session ?? makeId("session") },
        { kind: "tree", id: session ?? makeId("session") },
      ] as const;
      const scope = named[c % named.length] ?? named[0];
      if (what === "endHold") return commit({ op: "hold.end", ...(b % 3 > 0 && { scopes: [scope] }) });
      const target = scope.kind === "everything" ? null : scope.id;
      return commit({ op: "hold.put", hold: { scope, target, name: null, reason: null } });
    }
    case "answer": {
      const id = choose(world.asks, b) ?? makeId("ask");
      if (c % 4 === 3) {
        const note = "in OpenClaw";
        if (a % 3 === 0) return commit({ op: "ask.settle", id, answer: b % 2 === 0 ? "no" : null, note });
        if (a % 3 === 1) return commit({ op: "ask.deliver", id, delivery: "too_late", note });
        const opened = remember(world.asks, makeId("ask"));
        return commit({
          op: "ask.open",
          ask: askOfGateway(opened, session ?? makeId("session"), bot ?? makeId("bot"), b),
        });
      }
      if (c % 3 === 0) return commit({ op: "ask.answer", id, answer: "yes" });
      return commit({ op: "ask.hold", id, held: c % 3 === 1 ? { answer: "yes", until: at } : null });
    }
    case "fork": {
      const to = remember(world.sessions, makeId("session"));
      return commit(
        { op: "session.create", session: sessionSeed(bot ?? makeId("bot"), { id: to }) },
        { op: "session.fork", from: session ?? makeId("session"), to, throughSeq: b % 6 },
      );
    }
    case "deleteSession":
      return commit({ op: "session.delete", id: session ?? makeId("session") });
    case "deleteBot":
      return commit({ op: "bot.delete", id: bot ?? makeId("bot") });
    case "claim":
      return async ({ store, claims }) => {
        const got = await store.claim(world.workers[b % 2 === 0 ? 0 : 1], 1 + (a % 3), at);
        claims.push(...got);
        return got.map(({ turn, session, bot: { id }, messages, reason }) => [
          { ...turn, id: null },
          { ...session, turnId: null },
          id,
          messages.map((each) => ({ ...each, turnId: null })),
          reason,
        ]);
      };
    case "beat":
      return async ({ store, claims }) => {
        const { lost, cancelled } = await store.beat(claims, at);
        return [lost, cancelled].map((list) => list.map((claim) => claims.indexOf(claim)));
      };
    case "step":
      return inTurn(stepOp(b % 4 === 0 ? "retry" : "model"));
    case "join":
      return inTurn({ op: "turn.join" });
    case "take":
      return inTurn({ op: "turn.take", messageIds: [message, choose(world.messages, c) ?? message] });
    case "ask":
    case "waitAsk": {
      const id = remember(world.asks, makeId("ask"));
      return async (side) => {
        const claim = choose(side.claims, a);
        if (claim === undefined) return null;
        const about = {
          kind: c % 3 === 0 ? ("loop" as const) : ("question" as const),
          sessionId: claim.session.id,
          botId: claim.bot.id,
          turnId: claim.turn.id,
        };
        const ask = { ...about, id, callId: `c${b}`, messageId: null, question: "?", options: [], freeText: true };
        const wait: TurnOp = {
          op: "turn.wait",
          waits: [{ for: "ask", callId: c % 3 === 0 ? null : `c${b}`, askId: id }],
          readyAt: null,
        };
        return inTurn({ op: "ask.open", ask }, ...(what === "waitAsk" ? [wait] : []))(side);
      };
    }
    case "waitMessage":
      return inTurn({
        op: "turn.wait",
        waits: [{ for: "message", callId: "m", messageId: message }],
        readyAt: c % 2 === 0 ? null : msToIso(clock.now() + c),
      });
    case "waitTime":
      return inTurn({
        op: "turn.wait",
        waits: [],
        readyAt: msToIso(clock.now() + c),
        ...(b % 2 === 0 ? { failed: "x" } : {}),
        ...(b % 3 === 0 ? { providerWait: providerWait(c) } : {}),
      });
    case "hurry":
      return async (side) => {
        const turnId = choose(side.claims, a)?.turn.id;
        return turnId === undefined ? null : commit({ op: "turn.hurry", turnId })(side);
      };
    case "settle":
      return inTurn(settleOp({ answeredBy: b % 2 === 0 ? message : null } as never));
    case "fail":
      return inTurn(settleOp({ state: "failed", messages: "dead", error: "boom" }));
    case "stop":
      return inTurn(settleOp({ state: "cancelled", messages: b % 2 === 0 ? "acted" : "cancelled", error: "stopped" }));
    case "cancelTurn":
      return async (side) => {
        const turnId = choose(side.claims, a)?.turn.id;
        if (turnId === undefined) return null;
        return commit({ op: "turn.cancel", turnId, by: b % 2 === 0 ? "person" : "interrupt", reason: "enough" })(side);
      };
    case "paid":
      return async (side) => {
        const turnId = choose(side.claims, a)?.turn.id;
        if (turnId === undefined) return null;
        return commit({ op: "turn.paid", turnId, paid: { inputTokens: b, outputTokens: c, costUsd: b / 8 } })(side);
      };
    case "schedule":
      return commit({
        op: "schedule.create",
        schedule: {
          id: remember(world.schedules, makeId("schedule")),
          sessionId: session ?? makeId("session"),
          botId: bot ?? makeId("bot"),
          name: `plan ${b % 3}`,
          text: "tick",
          timing: { kind: "every", seconds: 60 },
          state: c % 4 === 0 ? "paused" : "active",
          by: b % 2 === 0 ? "person" : "bot",
          nextAt: c % 4 === 0 ? null : dueAt(a),
        },
      });
    case "fire": {
      const id = choose(world.schedules, b) ?? makeId("schedule");
      const message = messageSeed(session ?? makeId("session"), {
        from: { kind: "schedule", scheduleId: id, name: "plan", by: "bot", dueAt: at, missed: 0 },
        chainId: world.chain,
      });
      const nextAt = a % 5 === 0 ? null : dueAt(c);
      world.messages.push(message.id);
      return async (side) => {
        const due = (await side.store.read.schedule(id))?.nextAt ?? null;
        const dueNow = a % 7 === 0 ? at : due;
        const sent = a % 6 === 0 ? null : message;
        return commit({ op: "schedule.fire", id, dueAt: dueNow, nextAt, missed: c % 3, message: sent })(side);
      };
    }
    case "reschedule":
      return commit({
        op: "schedule.change",
        id: choose(world.schedules, b) ?? makeId("schedule"),
        fields: c % 2 === 0 ? { name: `other ${a % 3}` } : { state: "active", nextAt: dueAt(a) },
      });
    case "unschedule":
      return commit({ op: "schedule.delete", id: choose(world.schedules, b) ?? makeId("schedule") });
    case "file": {
      const [ref] = attachments(remember(world.files, makeId("file")));
      return ref === undefined
        ? commit()
        : commit({ op: "file.create", file: { ...ref, sha256: `${world.chain} ${b % 3}` } });
    }
    case "attach": {
      const keyed = c % 3 === 0 ? { idempotencyKey: `key ${c % 2}`, text: "with files" } : { text: "" };
      return commit(send({ ...keyed, attachments: attachments(choose(world.files, b), choose(world.files, c)) }));
    }
    case "attachEntry":
      return commit({
        op: "entry.append",
        entry: entrySeed(session ?? makeId("session"), b % 2 === 0 ? "" : "seen", {
          kind: "tool_result",
          attachments: attachments(choose(world.files, c)),
        }),
      });
    case "sweepFiles":
      return commit({ op: "file.sweep", before: msToIso(clock.now() - (b % 500)) });
    case "bad":
      return commit({ op: "entry.append", entry: entrySeed(session ?? makeId("session"), "never seen") }, send({}), {
        op: "bot.change",
        id: makeId("bot"),
        fields: {},
      });
    default:
      throw new Error(`no plan for ${what}`);
  }
}

/** Reads everything a store can answer about this world, with its own ids replaced by their order. */
async function readAll(store: Store, world: World): Promise<unknown> {
  const { read } = store;
  const { lastSeq: _lastSeq, ...totals } = await read.totals();
  const all = {
    totals,
    bots: (await read.bots(page)).items.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    byName: await read.botsByName("BOT 1"),
    sessions: await read.sessions({}, page),
    archived: await read.sessions({ archived: true }, page),
    running: await read.sessions({ status: "running" }, page),
    messages: await read.messages({}, page),
    dead: await read.messages({ state: "dead", dismissed: false }, page),
    turns: await read.turns({}, page),
    waits: (await read.providerWaits(1_000)).map(({ sessionId, wait }) => `${sessionId} ${wait.since}`).toSorted(),
    asks: await read.asks({}, page),
    loops: await read.asks({ kind: "loop" }, page),
    schedules: await read.schedules({}, page),
    paused: await read.schedules({ state: "paused" }, page),
    due: (await read.dueSchedules("9999-01-01T00:00:00.000Z", 1000)).map(({ id }) => id).toSorted(),
    next: await read.nextScheduleAt(),
    holds: (await read.holds()).map((hold) => JSON.stringify(hold)).toSorted(),
    held: await read.sessions({ status: "held" }, page),
    files: await read.files(world.files),
    file: await Promise.all(world.files.map((id) => read.file(id))),
    hashes: (await read.knownHashes([0, 1, 2, 3].map((n) => `${world.chain} ${n}`))).toSorted(),
    each: await Promise.all(
      world.sessions.map(async (id) => [
        await read.session(id),
        await read.entries(id, { limit: 1000 }),
        await read.queuedMessages(id),
        await read.openChildren(id),
        await read.tree(id),
        await read.window(id),
        await read.entries(id, { limit: 1000, isCurrent: true }),
        await read.entries(id, { after: 1, limit: 3, isCurrent: true }),
        await read.lastAnswer(id),
        await read.messageByKey(id, "key 1"),
      ]),
    ),
    main: await Promise.all(world.bots.map((id) => read.mainSessionOfBot(id))),
  };
  const names = new Map<string, string>();
  const text = JSON.stringify(all).replace(/(trn|ent)_[0-9a-f-]{36}/g, (id, kind) => {
    if (!names.has(id)) names.set(id, `${kind} ${names.size}`);
    return names.get(id) as string;
  });
  // Ranks rise over every history so far; only their order matters.
  const ranks = [...new Set([...text.matchAll(/"rank":(\d+)/g)].map(([, rank]) => Number(rank)))].sort((a, b) => a - b);
  // A session's `updatedAt` is when something about it was written, which a store may do without a visible change.
  return JSON.parse(text, (key, value) => {
    if (key === "rank") return ranks.indexOf(value);
    return key === "updatedAt" ? null : value;
  });
}

/** Ends and deletes what an earlier history left: opening a new store for each would take most of the time. */
async function empty(store: Store, clock: ManualClock): Promise<void> {
  const commit = (ops: readonly Op[]) => store.commit({ at: msToIso(clock.now()), ops });
  const { items: bots } = await store.read.bots(page);
  await commit([{ op: "hold.end" }, ...bots.map(({ id }) => ({ op: "bot.pause", id, paused: false }) as const)]);
  for (const archived of [true, false]) {
    const { items } = await store.read.sessions({ archived }, page);
    await commit(items.map(({ id }) => ({ op: "message.cancelQueued", sessionId: id, reason: "" })));
  }
  clock.advance(leaseMs + 1);
  // Turns that often died together run one at a time (TU4).
  for (let more = true; more; ) {
    const claims = await store.claim(makeId("worker"), 1000, msToIso(clock.now()));
    for (const claim of claims) await store.commitTurn(claim, { at: msToIso(clock.now()), ops: [settleOp()] });
    more = claims.length > 0;
  }
  await commit(bots.map(({ id }) => ({ op: "bot.delete", id })));
}

/** Returns where two answers first differ, and how; null if they do not. */
function firstDifference(ours: unknown, models: unknown, path: string): string | null {
  if (ours === null || models === null || typeof ours !== "object" || typeof models !== "object") {
    return Object.is(ours, models)
      ? null
      : `${path}: ${storeName} ${JSON.stringify(ours)}, model ${JSON.stringify(models)}`;
  }
  for (const key of new Set([...Object.keys(ours), ...Object.keys(models)])) {
    const sideValue = (side: object) => (side as Record<string, unknown>)[key];
    const difference = firstDifference(sideValue(ours), sideValue(models), `${path}/${key}`);
    if (difference !== null) return difference;
  }
  return null;
}

function choose<Item>(items: readonly Item[], at: number): Item | undefined {
  return items[at % Math.max(1, items.length)];
}

/** One of a few that a gateway may name again. */
function askOfGateway(id: AskId, sessionId: SessionId, botId: BotId, b: number): AskSeed {
  const key = `exec:${b % 7}`;
  return {
    id,
    kind: "approval",
    sessionId,
    botId,
    turnId: null,
    callId: null,
    messageId: null,
    question: "May it?",
    options: ["yes"],
    freeText: false,
    origin: {
      gatewayId: "gtw_0196f0aa-0000-7000-8000-000000000000" as GatewayId,
      kind: "exec",
      id: key,
      key,
      expiresAt: null,
    },
  };
}
