/**
 * MB10: stops a chain past its hop limit where everyone can see it. The message is kept and held, a notice appears in
 * the sender's transcript, and a person decides.
 */
import type { Message } from "@reef/protocol/message";
import { makeId } from "../ids.ts";
import type { MessageSeed, Op } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";
import type { Sending } from "./sending.ts";

/** The answers offered by a chain's ask. */
export const letItGoOn = "Let it go on";
export const stopIt = "Stop it";

/** Sends the message as held, with its notice and its ask. */
export function holdMessage(sending: Sending, message: MessageSeed, toTitle: string): Op[] {
  const { session, turn } = sending;
  const text = `The chain of messages reached hop ${message.hops}: the message to “${oneLine(toTitle)}” is held until a person decides.`;
  return [
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
        question: `Bots have passed on ${message.hops - 1} messages that began with a single one. Deliver the next one, to “${toTitle}”?`,
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
