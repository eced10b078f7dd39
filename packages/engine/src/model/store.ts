/**
 * Keeps a store without a disk, for tests: the port's contract in its simplest form, and the model that real stores are
 * compared with. A unit works on a copy of the state, which replaces the state when the unit succeeds (MB5).
 */
import type { AuditActor } from "@reef/protocol/audit";
import type { Event } from "@reef/protocol/event";
import { type IsoTime, isoToMs } from "@reef/protocol/time";
import { auditedFacts } from "../audit/audited.ts";
import type { Clock } from "../port/clock.ts";
import { type Beat, type Claim, type Committed, leaseMs, type Store } from "../port/store.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { holdsClaim } from "../turn/holds-claim.ts";
import { applyOp } from "./apply.ts";
import { applyTurnOp } from "./apply-turn.ts";
import { addAuditLine, pruneAudit } from "./audit.ts";
import { memoryEvents } from "./memories.ts";
import { storeQueries } from "./queries.ts";
import {
  change,
  copyState,
  emptyState,
  get,
  type ModelState,
  type ModelWork,
  toBot,
  toMessage,
  toSession,
  toTurn,
} from "./state.ts";
import { claimTurns, noteSettled } from "./turns.ts";

interface Done<Result> {
  readonly result: Result;
  readonly committed: Committed;
}

/** Opens an empty store. */
export function openModelStore({ clock }: { readonly clock: Clock }): Store {
  const wakeListeners = new Set<() => void>();
  const eventListeners = new Set<(events: readonly Event[]) => void>();
  let state = emptyState();

  const transact = <Result>(at: IsoTime, apply: (work: ModelWork) => Result): Done<Result> => {
    const work: ModelWork = {
      state: copyState(state),
      at,
      steadyMs: clock.steady(),
      events: [],
      existing: [],
      known: [],
      memories: new Map(),
    };
    const result = apply(work);
    noteSettled(work);
    const events = numberEvents(work, state);
    work.state.events = [...state.events, ...events];
    state = work.state;
    if (events.length > 0) for (const listener of eventListeners) listener(events);
    const seq = state.events.at(-1)?.seq ?? 0;
    const { known, presence } = work;
    return { result, committed: { seq, events, existing: work.existing.map(toMessage), known, presence } };
  };
  const wake = () => {
    for (const listener of wakeListeners) listener();
  };

  const holds = (claim: Claim) => {
    const turn = state.turns.get(claim.turn.id);
    return holdsClaim(turn, { fence: claim.turn.fence, worker: claim.worker });
  };

  return {
    isShared: false,
    problem: () => null,
    commit: async (unit) => {
      const { committed } = transact(unit.at, (work) => {
        for (const op of unit.ops) {
          applyOp(work, op);
          note(work, unit.by ?? noActor, op);
        }
      });
      wake();
      return committed;
    },
    claim: async (worker, max, at) => {
      const { result } = transact(at, (work) => claimTurns(work, worker, max));
      return result.map(({ turnId, reason }): Claim => {
        const turn = get(state.turns, turnId);
        return {
          worker,
          turn: toTurn(turn),
          session: toSession(state, get(state.sessions, turn.sessionId), clock.steady()),
          bot: toBot(state, get(state.bots, turn.botId), isoToMs(at)),
          messages: turn.messageIds.map((id) => toMessage(get(state.messages, id))),
          reason,
          sharedDeaths: turn.sharedDeaths,
        };
      });
    },
    beat: async (claims, at): Promise<Beat> => {
      const held = claims.filter(holds);
      const { result } = transact(at, (work) =>
        held.map(({ turn }) => change(work.state.turns, turn.id, { leaseUntilMs: work.steadyMs + leaseMs })),
      );
      const cancelled = new Set(result.filter((turn) => turn.cancelRequested !== null).map(({ id }) => id));
      return {
        lost: claims.filter((claim) => !held.includes(claim)),
        cancelled: held.filter(({ turn }) => cancelled.has(turn.id)),
      };
    },
    commitTurn: async (claim, unit) => {
      if (!holds(claim)) return { state: "fenced" };
      const { committed } = transact(unit.at, (work) => {
        for (const op of unit.ops) {
          applyTurnOp(work, claim.turn.id, op);
          note(work, { kind: "bot", id: claim.turn.botId, via: null }, op);
        }
      });
      wake();
      return { state: "ok", committed };
    },
    onWake: (listener) => subscribe(wakeListeners, listener),
    onEvents: (listener) => subscribe(eventListeners, listener),
    onGap: () => () => undefined,
    read: storeQueries(() => state, clock),
    [Symbol.asyncDispose]: async () => {},
  };
}

const noActor: AuditActor = { kind: "system", id: null, via: null };

/** The line is part of the unit (AU1). */
function note(work: ModelWork, actor: AuditActor, op: Op | TurnOp): void {
  if (op.op === "audit.prune") pruneAudit(work, actor, op.before);
  const facts = auditedFacts(op);
  if (facts !== null) addAuditLine(work, actor, facts);
}

/** Returns the unit's own events, then one for each changed noun. */
function numberEvents(work: ModelWork, before: ModelState): Event[] {
  const { state, at, events } = work;
  const nowMs = isoToMs(at);
  const bodies: ModelWork["events"] = [...events, ...memoryEvents(work)];
  for (const [id, message] of state.messages) {
    if (message !== before.messages.get(id)) bodies.push({ type: "message.changed", message: toMessage(message) });
  }
  for (const [id, ask] of state.asks) if (ask !== before.asks.get(id)) bodies.push({ type: "ask.changed", ask });
  for (const [id, turn] of state.turns) {
    const earlier = before.turns.get(id);
    if (earlier === undefined || !isSame(toTurn(turn), toTurn(earlier))) {
      bodies.push({ type: "turn.changed", turn: toTurn(turn) });
    }
  }
  for (const [id, record] of state.sessions) {
    const earlier = before.sessions.get(id);
    const session = toSession(state, record, work.steadyMs);
    if (record !== earlier || !isSame(session, toSession(before, earlier, work.steadyMs))) {
      bodies.push({ type: "session.changed", session });
    }
  }
  for (const [id, record] of state.bots) {
    const earlier = before.bots.get(id);
    const bot = toBot(state, record, nowMs);
    if (record !== earlier || !isSame(bot, toBot(before, earlier, nowMs))) bodies.push({ type: "bot.changed", bot });
  }
  const last = before.events.at(-1)?.seq ?? 0;
  return bodies.map((body, index) => ({ seq: last + 1 + index, at, ...body }) as Event);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
