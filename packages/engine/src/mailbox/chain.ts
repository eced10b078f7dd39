/**
 * MB10: stops a chain past its hop limit where everyone can see it. The message is kept and held, a notice appears in
 * the sender's transcript, and a person decides.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { makeId } from "../ids.ts";
import type { MessageSeed, Op } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";
import type { Sending } from "./sending.ts";

/** The answers offered by a chain's ask. */
export const letItGoOn = "Let it go on";
export const stopIt = "Stop it";

export interface Hold {
  readonly toTitle: string;
  readonly why: string;
  /** What the chain has used so far. */
  readonly cost: string;
  /** Other sessions of the chain, which show the stop as well. */
  readonly elsewhere: readonly SessionId[];
}

/** Sends the message as held, with its notices and its ask. */
export function holdMessage(sending: Sending, message: MessageSeed, { toTitle, why, cost, elsewhere }: Hold): Op[] {
  const { session, turn } = sending;
  const reached = `The chain of messages reached hop ${message.hops}, and ${why}`;
  const text = `${reached}: the message to “${oneLine(toTitle)}” is held until a person decides.`;
  return [
    ...elsewhere.map((sessionId): Op => {
      const told = `A chain of messages through this session is held until a person decides: ${why}.`;
      const notice = { type: "chain_held" as const, messageId: message.id };
      return { op: "entry.append", entry: { id: makeId("entry"), sessionId, kind: "notice", text: told, notice } };
    }),
    { op: "message.send", message: { ...message, held: true } },
    {
      op: "entry.append",
      entry: {
        id: makeId("entry"),
        sessionId: session.id,
        kind: "notice",
        text,
        turnId: turn.id,
        notice: { type: "chain_held", messageId: message.id },
      },
    },
    {
      op: "ask.open",
      ask: {
        id: makeId("ask"),
        kind: "chain",
        sessionId: session.id,
        botId: session.botId,
        // Not bound to the turn: the turn ends, the question stays.
        turnId: null,
        callId: null,
        messageId: message.id,
        chainId: message.chainId,
        question: `${why[0]?.toUpperCase()}${why.slice(1)}; the work has used ${cost}. Deliver the next message, to “${oneLine(toTitle)}”?`,
        options: [letItGoOn, stopIt],
        freeText: false,
      },
    },
  ];
}

/** Returns the operations for a person's decision about every held message of the chain. */
export function settleHeld(
  message: Message,
  decision: { readonly goesOn: boolean; readonly moreHops: number },
): readonly Op[] {
  return decision.goesOn
    ? [
        { op: "chain.extend", chainId: message.chainId, hops: decision.moreHops },
        { op: "chain.release", chainId: message.chainId },
      ]
    : [{ op: "chain.drop", chainId: message.chainId, reason: "a person stopped the chain" }];
}
