/**
 * Turns a bot's message to another session into operations for the unit of the step that sends it (MB5). Checks links
 * (MB8) and the chain's hop limit (MB10); the bot sees both outcomes, and neither is an error.
 */

import type { MessageId, SessionId } from "@reef/protocol/ids";
import type { MessagePurpose } from "@reef/protocol/message";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { LinkParty } from "../link/allow.ts";
import { isAllowed } from "../link/allow.ts";
import type { Op } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";
import { holdMessage } from "./chain.ts";
import { type Sending, senderOf } from "./sending.ts";

export interface Outgoing {
  readonly to: { readonly id: SessionId; readonly title: string; readonly isNew: boolean } & LinkParty;
  readonly text: string;
  readonly purpose: MessagePurpose;
  readonly replyTo: MessageId | null;
  /** The same key from the same step sends once, however often the step runs. */
  readonly key: string;
}

export type Composed =
  | { readonly state: "sent"; readonly messageId: MessageId; readonly ops: readonly Op[] }
  | { readonly state: "held"; readonly messageId: MessageId; readonly ops: readonly Op[] }
  | { readonly state: "refused"; readonly reason: string; readonly ops: readonly Op[] };

export async function composeMessage(deps: Deps, sending: Sending, outgoing: Outgoing): Promise<Composed> {
  const { session, turn } = sending;
  if (!isAllowed(await deps.store.read.links(), "write", { from: session, to: outgoing.to }))
    return refuse(sending, outgoing);
  const message = {
    id: makeId("message"),
    sessionId: outgoing.to.id,
    from: senderOf(sending),
    text: outgoing.text,
    purpose: outgoing.purpose,
    mode: "queue" as const,
    chainId: turn.chainId,
    hops: turn.hops + 1,
    replyTo: outgoing.replyTo,
    notBefore: null,
    held: false,
    idempotencyKey: outgoing.key,
  };
  const hopLimit = deps.settings.maxHops + (await deps.store.read.chainExtraHops(turn.chainId));
  return message.hops > hopLimit
    ? { state: "held", messageId: message.id, ops: holdMessage(sending, message, outgoing.to.title) }
    : { state: "sent", messageId: message.id, ops: [{ op: "message.send", message }] };
}

/** Returns the message of the turn that this one replies to: the newest from that session without a reply. */
export function findReplied(sending: Sending, to: SessionId): MessageId | null {
  const waiting = sending.messages.findLast(
    (message) => message.from.kind === "session" && message.from.sessionId === to && message.answeredBy === null,
  );
  return waiting?.id ?? null;
}

function refuse(sending: Sending, outgoing: Outgoing): Composed {
  const { session, turn } = sending;
  const entryId = makeId("entry");
  const reason = `links do not let “${oneLine(session.title)}” write to “${oneLine(outgoing.to.title)}”`;
  return {
    state: "refused",
    reason,
    ops: [
      {
        op: "entry.append",
        entry: {
          id: entryId,
          sessionId: session.id,
          kind: "notice",
          text: `Refused: ${reason}.`,
          turnId: turn.id,
          notice: { type: "refused", to: outgoing.to.id },
        },
      },
      {
        op: "message.refused",
        fromSessionId: session.id,
        toSessionId: outgoing.to.isNew ? null : outgoing.to.id,
        toBotId: outgoing.to.botId,
        chainId: turn.chainId,
        reason,
        entryId,
      },
    ],
  };
}
