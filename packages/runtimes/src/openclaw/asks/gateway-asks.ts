/**
 * Keeps the asks of one gateway in step (AS3): what waits there is open here, what was settled there is settled here, and
 * an answer given here is carried there. Events are only hints: what waits is read from the gateway, after each connect
 * and again while anything is open, so that nothing stays open that is settled and nothing is lost.
 */
import type { Deps, Log } from "@reef/engine/deps";
import { mostOfGateway, noteDelivery, openAskOfGateway, settleAskOfGateway } from "@reef/engine/gateway/asks";
import type { Ask } from "@reef/protocol/ask";
import { isoToMs, msToIso } from "@reef/protocol/time";
import { type GatewayConnection, GatewayError } from "../connection.ts";
import type { GatewayWatch } from "../mirror/watch.ts";
import { type AskThere, answerThere, carryAnswer, compareOutcome } from "./carry-answer.ts";
import { readOutcome } from "./outcome.ts";
import { createSessionFinder } from "./session-for.ts";
import { methodsOf, readList, readWaitingEvent, type Waiting, type WaitingKind, type WaitingList } from "./waiting.ts";
import { wordAsks } from "./words.ts";

export interface GatewayAsksOptions {
  readonly connection: GatewayConnection;
  readonly deps: Deps;
  readonly watch: () => GatewayWatch | null;
  readonly log: Log;
}

export interface GatewayAsks extends AsyncDisposable {
  readonly connection: GatewayConnection;
  /** Called when an ask of this gateway changed here. */
  changedHere(ask: Ask): void;
}

const kinds = ["exec", "plugin", "question"] as const satisfies readonly WaitingKind[];
/** How often what waits is read again while anything is open, in milliseconds. */
const lookEveryMs = 10_000;
const retryMs = 5_000;
/** Open asks of one gateway; what is beyond them comes when some are settled. */
const mostOpen = 100;
/** How long after its end something counts as over although its gateway is away, in milliseconds. */
const overdueMs = 60_000;

export function createGatewayAsks({ connection, deps, watch, log }: GatewayAsksOptions): GatewayAsks {
  const ended = new AbortController();
  const { signal } = ended;
  const gatewayId = connection.id;
  const sessions = createSessionFinder({ deps, gatewayId, watch, signal });
  const stale = new Set<WaitingKind>();
  let working: Promise<void> | null = null;
  let looking: Promise<void> | null = null;

  function look(...which: readonly WaitingKind[]): void {
    for (const kind of which) stale.add(kind);
    if (signal.aborted) return;
    working ??= work().finally(() => {
      working = null;
      if (stale.size > 0 && !signal.aborted) look();
    });
  }

  async function work(): Promise<void> {
    while (stale.size > 0 && !signal.aborted) {
      const [kind] = stale;
      if (kind === undefined) return;
      stale.delete(kind);
      try {
        await bringInStep(kind);
      } catch (error) {
        // After the next connect everything is read again.
        if (signal.aborted || isDisconnected(error)) continue;
        log.warn({ gateway: gatewayId, kind, error }, "what waits at a gateway could not be read; Reef will try again");
        await deps.clock.sleep(retryMs, signal);
        const isFinal = error instanceof GatewayError && !error.retryable && error.code === "refused";
        if (!isFinal && connection.status().state === "ready") stale.add(kind);
      }
    }
    lookAgain();
  }

  /** Goes on as long as anything waits. */
  function lookAgain(): void {
    looking ??= (async () => {
      while (!signal.aborted) {
        if ((await known()).length === 0) return;
        await deps.clock.sleep(lookEveryMs, signal);
        if (signal.aborted) return;
        if (connection.status().state === "ready") look(...kinds);
        else await settleOverdue();
      }
    })()
      .catch((error: unknown) => log.warn({ gateway: gatewayId, error }, "asks of a gateway could not be read"))
      .finally(() => {
        looking = null;
      });
  }

  /** Read before the gateway's list: what is opened later may be missing there. */
  async function known(): Promise<readonly AskThere[]> {
    const asks = await deps.store.read.asksOfGateway(gatewayId, mostOfGateway);
    return asks.filter((ask): ask is AskThere => ask.origin !== undefined);
  }

  async function bringInStep(kind: WaitingKind): Promise<void> {
    if (connection.status().state !== "ready") return;
    const before = (await known()).filter(({ origin }) => origin.kind === kind);
    const list = await readWaitingList(kind);
    if (list === null) return;
    const failures: unknown[] = [];
    // One that fails keeps no other one waiting.
    const attempt = (act: Promise<void>) =>
      act.catch((error: unknown) => {
        if (isDisconnected(error)) throw error;
        failures.push(error);
      });
    for (const asks of together(before)) await attempt(settle(asks, list));
    let room = mostOpen - (await known()).filter(({ state }) => state === "open").length;
    for (const waiting of list.waiting) {
      const isKnown = before.filter(({ origin }) => placeOf(origin) === keyOf(waiting)).length === askCount(waiting);
      if (isKnown) continue;
      room -= askCount(waiting);
      if (room < 0) break;
      await attempt(open(waiting));
    }
    if (list.unreadable > 0) log.warn({ gateway: gatewayId, kind }, "something waits at a gateway that cannot be read");
    if (failures.length > 0) throw failures[0];
  }

  async function readWaitingList(kind: WaitingKind): Promise<WaitingList | null> {
    const { list: method } = methodsOf[kind];
    const methods = connection.hello()?.methods ?? [];
    if (methods.length > 0 && !methods.includes(method)) return null;
    const list = readList(kind, await connection.request(method, {}, { signal }));
    if (list === null) throw new GatewayError("malformed", `${method}: its answer cannot be read`);
    return list;
  }

  async function open(waiting: Waiting): Promise<void> {
    const { kind, id, expiresAtMs } = waiting;
    const session = await sessions.find(waiting);
    const bot = await deps.store.read.bot(session.botId);
    for (const { words, more } of wordAsks(waiting, bot?.name ?? "The bot")) {
      const expiresAt = expiresAtMs == null ? null : msToIso(expiresAtMs);
      const own = more.questionId === undefined ? "" : `:${more.questionId}`;
      const origin = { gatewayId, kind, id, key: `${keyOf(waiting)}${own}`, ...more, expiresAt };
      await openAskOfGateway(deps, session, { words, origin });
    }
  }

  /** Settles, or carries, what belongs together. */
  async function settle(asks: readonly AskThere[], list: WaitingList): Promise<void> {
    const [first] = asks;
    if (first === undefined) return;
    const open = asks.filter(({ state }) => state === "open");
    const answered = asks.filter(({ state }) => state !== "open");
    const namesake = list.waiting.find(({ id }) => id === first.origin.id);
    const isAnother = namesake !== undefined && keyOf(namesake) !== placeOf(first.origin);
    if (!isAnother && list.ids.has(first.origin.id)) {
      const isWhole = open.length === 0 && answered.length === (first.origin.together ?? 1);
      if (isWhole) await noteDelivery(deps, answered, await carryAnswer(connection, answered, signal));
      return;
    }
    const outcome = isAnother ? replaced : await readOutcome(connection, first.origin, signal);
    if (outcome.state === "pending") return;
    if (answered.length > 0) await noteDelivery(deps, answered, compareOutcome(answered, outcome));
    for (const ask of open) {
      const answer = outcome.state === "answered" ? answerThere(ask, outcome.answers) : null;
      const note = outcome.state === "withdrawn" ? outcome.note : answeredThere;
      await settleAskOfGateway(deps, ask, { answer, note });
    }
  }

  async function settleOverdue(): Promise<void> {
    for (const ask of await known()) {
      const { state, origin } = ask;
      const isOver = origin.expiresAt !== null && isoToMs(origin.expiresAt) + overdueMs < deps.clock.now();
      if (state === "open" && isOver) await settleAskOfGateway(deps, ask, { answer: null, note: expiredAway });
    }
  }

  const unsubscribe = [
    connection.onEvent(({ event, payload }) => {
      const read = readWaitingEvent(event, payload);
      if (read !== null) look(read.kind);
    }),
    connection.onReady(() => look(...kinds)),
  ];
  if (connection.status().state === "ready") look(...kinds);
  else lookAgain();

  return {
    connection,
    changedHere({ origin, delivery, state }) {
      if (origin?.gatewayId !== gatewayId) return;
      if (delivery === "waiting") look(origin.kind);
      else if (state === "open") lookAgain();
    },
    async [Symbol.asyncDispose]() {
      ended.abort(new GatewayError("disconnected", "stopped"));
      for (const stop of unsubscribe) stop();
      await Promise.allSettled([working, looking]);
    },
  };
}

const answeredThere = "Answered in OpenClaw.";
/** Of two with one id, the gateway knows only the later one. */
const replaced = { state: "withdrawn", note: "OpenClaw asked again instead." } as const;
const expiredAway = "It expired in OpenClaw while its gateway could not be reached.";

function isDisconnected(error: unknown): boolean {
  return error instanceof GatewayError && error.code === "disconnected";
}

/** A later one with the same id is another one. */
function keyOf({ kind, createdAtMs, id }: Waiting): string {
  return `${kind}:${createdAtMs}:${id}`;
}

function askCount(waiting: Waiting): number {
  return waiting.kind === "question" ? waiting.questions.length : 1;
}

/** Names what is answered together. */
function placeOf({ key, questionId }: AskThere["origin"]): string {
  return questionId === undefined ? key : key.slice(0, -questionId.length - 1);
}

function together(asks: readonly AskThere[]): readonly (readonly AskThere[])[] {
  return [...Map.groupBy(asks, ({ origin }) => placeOf(origin)).values()];
}
