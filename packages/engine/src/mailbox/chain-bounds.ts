/**
 * BO1: bounds what one message can cause over its whole chain, across all sessions and turns. Past a bound there is one
 * notice and one ask; nothing is lost, and a person doubles the bound or stops the chain.
 */
import { AppError } from "@reef/protocol/error";
import type { ChainId, EntryId, TurnId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Deps } from "../deps.ts";
import { idOfName, idToMs, makeId } from "../ids.ts";
import type { ChainCounts } from "../port/queries.ts";
import type { ChainUse, Op } from "../port/unit.ts";
import { letItGoOn, stopIt } from "./chain.ts";

/** True if another turn of the chain used up the bound first: the call is made again, and sees that. */
export function isBoundMet(error: unknown): boolean {
  return (
    error instanceof AppError && error.code === "limit_exceeded" && error.fields.some(({ path }) => path === "chain")
  );
}

/**
 * Makes a call, and again if another turn of its chain was faster, since nothing was changed then. It ends, because
 * each repeat means that another has used up some of the bound.
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

/** Shared by both stores, so that they say the same. */
export function boundMet(use: ChainUse, max: number): AppError {
  const words = { spawns: "spawned sessions", openQuestions: "open questions", planned: "planned schedules" }[use];
  const message = `the work from one message has ${max} ${words}`;
  return new AppError("limit_exceeded", message, { fields: [{ path: "chain", message }] });
}

/** The beginning of a refused call's result. A person is asked already, so loop detection must not ask again. */
export const boundRefusal = "refused: the work from one message has";

/** Returns how much of a limit a chain may use, including what a person allowed on top. */
export function allowedIn({ timesExtended }: ChainCounts, limit: number): number {
  return limit * (1 + timesExtended);
}

/** Returns the chain in which planning is counted: what a bot planned may plan no more than the bot itself. */
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

/** Returns the notice and the ask, unless they exist: all that reach the bound of one chain share one ask. */
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
          // Not bound to the turn, since others wait for it as well.
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

/** Returns the operation for a person's decision about the chain. */
export function settleChain(chainId: ChainId, goesOn: boolean): Op {
  return goesOn ? { op: "chain.goOn", chainId } : { op: "chain.stop", chainId };
}

/** The same for all that reach the same bound; another one after a person let the chain go on. */
function askIdOf(chainId: ChainId, { timesExtended }: ChainCounts) {
  return idOfName("ask", `chain:${chainId}:${timesExtended}`, idToMs(chainId));
}
