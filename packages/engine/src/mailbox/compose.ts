/**
 * Turns a bot's message to another session into operations for the unit of the step that sends it (MB5). Checks links
 * (MB8) and what holds a chain (MB10); the bot sees both outcomes, and neither is an error.
 */

import type { ChainId, MessageId, SessionId } from "@reef/protocol/ids";
import type { MessagePurpose } from "@reef/protocol/message";
import { msToIso } from "@reef/protocol/time";
import { usdWords } from "../budget/words.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { LinkParty } from "../link/allow.ts";
import { isAllowed } from "../link/allow.ts";
import type { Op } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";
import { holdMessage } from "./chain.ts";
import { findGuard, isGuarded } from "./loop-guard.ts";
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
  const why = await findHold(deps, sending, outgoing);
  if (why === null) return { state: "sent", messageId: message.id, ops: [{ op: "message.send", message }] };
  const cost = await chainCost(deps, turn.chainId);
  const elsewhere = await sessionsToTell(deps, sending);
  const ops = holdMessage(sending, message, { toTitle: outgoing.to.title, why, cost, elsewhere });
  return { state: "held", messageId: message.id, ops };
}

/** Returns why the message is held (MB10); null if it is sent. */
async function findHold(
  deps: Deps,
  { session, turn }: Sending,
  { to, text, purpose }: Outgoing,
): Promise<string | null> {
  const { maxHops, guardLimits } = deps.settings;
  const extraHops = await deps.store.read.chainExtraHops(turn.chainId);
  if (turn.hops + 1 > maxHops + extraHops) return `bots passed on ${turn.hops} messages that began with a single one`;
  if (!isGuarded(purpose)) return null;
  const times = maxHops === 0 ? 0 : Math.round(extraHops / maxHops);
  const limit = guardLimits.messages * (1 + times) + 1;
  const { items } = await deps.store.read.messages(
    { chainId: turn.chainId, betweenBots: true },
    { limit, cursor: null },
  );
  const next = { from: session.id, to: to.id, text, at: msToIso(deps.clock.now()) };
  return findGuard(items, next, { limits: guardLimits, times });
}

async function chainCost({ store }: Deps, id: ChainId): Promise<string> {
  const { modelCalls, costUsd } = await store.read.chain(id);
  const calls = `${modelCalls} model ${modelCalls === 1 ? "call" : "calls"}`;
  return costUsd > 0 ? `${calls} for ${usdWords(costUsd)}` : calls;
}

/** A chain through more sessions is named in as many as a person would look at. */
const mostTold = 20;

/** Returns the other sessions of the chain: the stop is visible in each of them, once. */
async function sessionsToTell({ store }: Deps, { session, turn }: Sending): Promise<readonly SessionId[]> {
  const page = { limit: 200, cursor: null };
  const { items } = await store.read.messages({ chainId: turn.chainId }, page);
  if (items.some(({ held, state }) => held && state === "queued")) return [];
  const ids = new Set(items.map(({ sessionId }) => sessionId));
  ids.delete(session.id);
  return [...ids].slice(0, mostTold);
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
