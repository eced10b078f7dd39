/**
 * A turn while this worker runs it: its claim, and its transcript as of the last commit. Every change goes through
 * `commitStep`, under the claim's fence (TU1, TU5), and is read back from the commit's events.
 */

import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import type { TurnId } from "@reef/protocol/ids";
import type { Recalled } from "@reef/protocol/memory";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import { msToIso } from "@reef/protocol/time";
import type { Turn } from "@reef/protocol/turn";
import type { Deps, Log } from "../deps.ts";
import type { LiveText } from "../live/live-text.ts";
import type { Runtime } from "../port/runtime.ts";
import type { Claim, Committed } from "../port/store.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import type { Catalogue } from "../tool/catalogue.ts";
import { noPauses, type Pauses, readPauses } from "./pauses.ts";
import { createRepeats, type Repeats } from "./repeats.ts";
import { Stopped } from "./stop.ts";
import { commitWhenPossible } from "./store-trouble.ts";

export interface TurnDeps extends Deps {
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly catalogue: Catalogue;
  readonly live: LiveText;
  readonly log: Log;
  /** The turns that this worker runs at this moment: what a bot calls from outside the loop belongs to its turn. */
  readonly running: Map<TurnId, RunningTurn>;
}

export interface RunningTurn {
  readonly open: OpenTurn;
  /** Aborted when this worker has nothing more to do with the turn. */
  readonly ended: AbortSignal;
}

export interface OpenTurn {
  readonly deps: TurnDeps;
  readonly claim: Claim;
  readonly bot: Bot;
  readonly signal: AbortSignal;
  /** Aborted when the worker ends. */
  readonly workerEnds: AbortSignal;
  turn: Turn;
  session: Session;
  /** The messages it took, in order. */
  messages: readonly Message[];
  /** The transcript window, ascending. */
  entries: readonly Entry[];
  /** What it was given of its bot's memory: the newest as text, all of them as notes for the turn (ME8). */
  recall: {
    readonly entryId: Entry["id"] | null;
    readonly text: string | null;
    readonly recalled: readonly Recalled[];
  };
  /** What a person let it go on after (BO1). */
  pauses: Pauses;
  readonly repeats: Repeats;
}

export async function openTurn(
  deps: TurnDeps,
  claim: Claim,
  { signal, workerEnds }: Pick<OpenTurn, "signal" | "workerEnds">,
): Promise<OpenTurn> {
  const entries = await deps.store.read.window(claim.session.id);
  const { bot, turn, session, messages } = claim;
  // A turn that goes on keeps what was noted of it.
  const stored = claim.reason === "new" ? null : await deps.store.read.turn(turn.id);
  const pauses = stored === null ? noPauses : readPauses(stored, await deps.store.read.asksOfTurn(turn.id));
  const recall = { entryId: null, text: null, recalled: stored?.recalled ?? [] };
  const repeats = createRepeats(turn.id);
  return { deps, claim, bot, signal, workerEnds, turn, session, messages, entries, recall, pauses, repeats };
}

/**
 * Commits the operations under the claim's fence, and waits for a store in trouble. Throws `Stopped` when the claim is
 * lost; an `AppError` changes nothing.
 */
export async function commitStep(open: OpenTurn, ...ops: readonly (Op | TurnOp)[]): Promise<Committed> {
  const result = await commitWhenPossible(open, { at: msToIso(open.deps.clock.now()), ops });
  if (result.state === "fenced") throw new Stopped({ kind: "lost" });
  absorb(open, result.committed.events, ops);
  return result.committed;
}

function absorb(open: OpenTurn, events: readonly Event[], ops: readonly (Op | TurnOp)[]): void {
  const appended: Entry[] = [];
  const opaqueById = new Map(
    ops.flatMap((op) =>
      op.op === "entry.append" && op.entry.opaque !== undefined ? [[op.entry.id, op.entry.opaque]] : [],
    ),
  );
  for (const event of events) {
    switch (event.type) {
      case "entry.created":
        if (event.entry.sessionId === open.session.id) appended.push(withOpaque(event.entry, opaqueById));
        break;
      case "turn.changed":
        if (event.turn.id === open.turn.id) open.turn = event.turn;
        break;
      case "session.changed":
        if (event.session.id === open.session.id) open.session = event.session;
        break;
      case "message.changed":
        if (event.message.turnId === open.turn.id) open.messages = upsert(open.messages, event.message);
        break;
      default:
        break;
    }
  }
  if (appended.length > 0) open.entries = [...open.entries, ...appended];
}

/** Events never carry what is opaque (PR1): the runtime of the next step still has to be given it. */
function withOpaque(entry: Entry, opaqueById: ReadonlyMap<Entry["id"], unknown>): Entry {
  const opaque = opaqueById.get(entry.id);
  return opaque === undefined ? entry : { ...entry, opaque };
}

function upsert(messages: readonly Message[], message: Message): readonly Message[] {
  return messages.some((each) => each.id === message.id)
    ? messages.map((each) => (each.id === message.id ? message : each))
    : [...messages, message];
}
