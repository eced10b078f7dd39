/**
 * Holds a turn while this worker runs it: its claim, and its transcript as of the last commit. Every change goes
 * through `commitStep` (commit-step.ts).
 */

import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { TurnId } from "@reef/protocol/ids";
import type { Recalled } from "@reef/protocol/memory";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import type { AfterCrash } from "@reef/protocol/tool";
import type { Turn } from "@reef/protocol/turn";
import type { Deps, Log } from "../deps.ts";
import type { LiveText } from "../live/live-text.ts";
import type { Runtime, ToolCallRequest } from "../port/runtime.ts";
import type { Claim } from "../port/store.ts";
import type { Catalogue } from "../tool/catalogue.ts";
import { noPauses, type Pauses, readPauses } from "./pauses.ts";
import { createRepeats, type Repeats } from "./repeats.ts";

export interface TurnDeps extends Deps {
  readonly runtimes: ReadonlyMap<string, Runtime>;
  readonly catalogue: Catalogue;
  readonly live: LiveText;
  readonly log: Log;
  /** The turns that this worker runs now. A call from outside the loop belongs to its bot's turn. */
  readonly running: Map<TurnId, RunningTurn>;
  /** True while this worker is to give its turns back at the next end of a step (FL4). */
  readonly isDraining: () => boolean;
}

export interface RunningTurn {
  readonly open: OpenTurn;
  /** Aborts when this worker is finished with the turn. */
  readonly ended: AbortSignal;
}

export interface OpenTurn {
  readonly deps: TurnDeps;
  readonly claim: Claim;
  readonly bot: Bot;
  readonly signal: AbortSignal;
  /** Aborts when the worker ends. */
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
  /** The pauses after which a person let it go on (BO1). */
  pauses: Pauses;
  readonly repeats: Repeats;
  /** Calls that act on the world and were running when the turn was stopped, by their ids. */
  readonly cutOff: Map<string, CutOff>;
}

export interface CutOff {
  readonly call: ToolCallRequest;
  /** False if it did not end when it was told to. */
  readonly hasEnded: boolean;
  readonly afterCrash: AfterCrash;
}

export async function openTurn(
  deps: TurnDeps,
  claim: Claim,
  { signal, workerEnds }: Pick<OpenTurn, "signal" | "workerEnds">,
): Promise<OpenTurn> {
  const entries = await deps.store.read.window(claim.session.id);
  const { bot, turn, session, messages } = claim;
  // A resumed turn keeps its notes.
  const stored = claim.reason === "new" ? null : await deps.store.read.turn(turn.id);
  const pauses = stored === null ? noPauses : readPauses(stored, await deps.store.read.asksOfTurn(turn.id));
  const recall = { entryId: null, text: null, recalled: stored?.recalled ?? [] };
  const repeats = createRepeats(turn.id);
  const cutOff: OpenTurn["cutOff"] = new Map();
  return { deps, claim, bot, signal, workerEnds, turn, session, messages, entries, recall, pauses, repeats, cutOff };
}
