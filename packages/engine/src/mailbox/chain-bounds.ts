/**
 * BO1: what one message can cause is bounded over its whole chain, however many sessions and turns have a part in it. Past
 * a bound there is one notice and one ask; nothing is lost, and a person lets the chain go on, by as much again, or stops it.
 */
import { AppError } from "@reef/protocol/error";
import type { ChainId, EntryId, TurnId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Deps } from "../deps.ts";
import { idOfName, idToMs, makeId } from "../ids.ts";
import type { ChainCounts } from "../port/queries.ts";
import type { ChainUse, Op } from "../port/unit.ts";
import { letItGoOn, stopIt } from "./chain.ts";

/** What the store says when another of the chain was faster: the call is made again, and finds the bound met. */
export function isBoundMet(error: unknown): boolean {
  return (
    error instanceof AppError && error.code === "limit_exceeded" && error.fields.some(({ path }) => path === "chain")
  );
}

/**
 * Makes a call, and again when another of its chain was faster: that is a change of nothing, and the next look finds the bound met.
 * It ends: each time is one that another has used.
 */
export async function unlessBoundMet<Done>(act: () => Promise<Done>): Promise<Done> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isBoundMet(error)) throw error;
    }
  }
}

/** Of both stores, so that they say the same. */
export function boundMet(use: ChainUse, max: number): AppError {
  const words = { spawns: "spawned sessions", openQuestions: "open questions", planned: "planned schedules" }[use];
  const message = `the work from one message has ${max} ${words}`;
  return new AppError("limit_exceeded", message, { fields: [{ path: "chain", message }] });
}

/** How a refused call begins. A person is asked already, so it is no loop to ask about once more. */
export const boundRefusal = "refused: the work from one message has";

/** What of a limit a chain may use, with what a person allowed it on top. */
export function allowedIn({ timesExtended }: ChainCounts, limit: number): number {
  return limit * (1 + timesExtended);
}

/** Where planning is counted: what a bot planned may plan no more than the bot could itself. */
export async function rootOfChain(deps: Deps, chainId: ChainId): Promise<{ id: ChainId; counts: ChainCounts }> {
  const counts = await deps.store.read.chain(chainId);
  return counts.rootId === chainId
    ? { id: chainId, counts }
    : { id: counts.rootId, counts: await deps.store.read.chain(counts.rootId) };
}

export interface BoundMet {
  readonly session: Pick<Session, "id" | "botId">;
  readonly turnId: TurnId | null;
  readonly chainId: ChainId;
  readonly counts: ChainCounts;
  /** What it has done so far, such as “made 500 model calls”. */
  readonly done: string;
}

/** The notice and the ask, unless they are there: all that meet the bound of one chain share one ask. */
export async function askAboutChain(
  deps: Deps,
  { session, turnId, chainId, counts, done }: BoundMet,
): Promise<{ readonly askId: ReturnType<typeof askIdOf>; readonly ops: readonly Op[] }> {
  const id = askIdOf(chainId, counts);
  if ((await deps.store.read.ask(id)) !== null) return { askId: id, ops: [] };
  const entryId: EntryId = makeId("entry");
  const text = `The work from one message has ${done}: a person was asked whether it may go on.`;
  const notice = { type: "loop" as const };
  return {
    askId: id,
    ops: [
      { op: "entry.append", entry: { id: entryId, sessionId: session.id, kind: "notice", text, turnId, notice } },
      {
        op: "ask.open",
        ask: {
          id,
          kind: "chain",
          sessionId: session.id,
          botId: session.botId,
          // Not the turn's own: others wait for it as well.
          turnId: null,
          callId: null,
          messageId: null,
          chainId,
          question: `The work from one message has ${done}. May it go on, with the same limit again?`,
          options: [letItGoOn, stopIt],
          freeText: false,
        },
      },
    ],
  };
}

/** What a person's decision does to the chain. */
export function settleChain(chainId: ChainId, goesOn: boolean): Op {
  return goesOn ? { op: "chain.goOn", chainId } : { op: "chain.stop", chainId };
}

/** The same for all that meet the same bound; another after a person let the chain go on. */
function askIdOf(chainId: ChainId, { timesExtended }: ChainCounts) {
  return idOfName("ask", `chain:${chainId}:${timesExtended}`, idToMs(chainId));
}
