/**
 * Settles an ask, once (AS1). The answer makes the waiting step's turn ready; it reads the answer itself (AS2). An answer that
 * asks for grace is accepted and durable at once, and takes effect when the grace is over, whatever dies in between, unless
 * a person takes it back: until then the ask is open.
 */

import type { Ask, AskAnswer, HeldAnswer } from "@reef/protocol/ask";
import { AppError } from "@reef/protocol/error";
import type { AskId } from "@reef/protocol/ids";
import { maxMessageLength } from "@reef/protocol/message";
import { msToIso } from "@reef/protocol/time";
import { commitOps, found, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import { letItGoOn, settleHeld } from "../mailbox/chain.ts";
import { settleChain } from "../mailbox/chain-bounds.ts";
import type { MessageSeed, Op } from "../port/unit.ts";

/**
 * In place of an answer that is still held, if there is one. Errors: `not_found`; `conflict` when it is settled already;
 * `invalid_request` when the answer is none of the options.
 */
export async function answerAsk(deps: Deps, id: AskId, input: AskAnswer): Promise<Ask> {
  const ask = await found(deps.store.read.ask(id), "ask", id);
  const answer = matchOption(ask, input);
  if (!input.graceMs) return settleAsk(deps, ask, { answer });
  const held = { answer, until: msToIso(deps.clock.now() + input.graceMs) };
  return lastEvent(await commitOps(deps, { op: "ask.hold", id, held }), "ask.changed").ask;
}

/** Takes a held answer back: the ask is as it was. Errors: `not_found`; `conflict` when none is held any more. */
export async function undoAnswer(deps: Deps, id: AskId): Promise<Ask> {
  await found(deps.store.read.ask(id), "ask", id);
  return lastEvent(await commitOps(deps, { op: "ask.hold", id, held: null }), "ask.changed").ask;
}

/** With `heldUntil`: `conflict` when that answer is no longer held. */
export async function settleAsk(
  deps: Deps,
  ask: Ask,
  { answer, heldUntil }: { readonly answer: string; readonly heldUntil?: HeldAnswer["until"] },
): Promise<Ask> {
  const elsewhere = messageOf(ask, answer);
  const ops: Op[] = [
    { op: "ask.answer", id: ask.id, answer, elsewhere, ...(heldUntil !== undefined && { heldUntil }) },
  ];
  if (ask.kind === "chain" && ask.messageId !== null) {
    const held = await found(deps.store.read.message(ask.messageId), "message", ask.messageId);
    ops.push(...settleHeld(held, { goesOn: answer === letItGoOn, moreHops: deps.settings.maxHops }));
  }
  if (ask.kind === "chain" && ask.messageId === null && ask.chainId !== undefined) {
    ops.push(settleChain(ask.chainId, answer === letItGoOn));
  }
  return lastEvent(await commitOps(deps, ...ops), "ask.changed").ask;
}

/** For a question that no turn waits with: the session gets the answer as a message. */
function messageOf({ id, sessionId, question }: Ask, answer: string): MessageSeed {
  const quoted = question.split("\n").map((line) => `> ${line}`);
  return {
    id: makeId("message"),
    sessionId,
    from: { kind: "person" },
    text: [...quoted, "", answer].join("\n").slice(0, maxMessageLength),
    purpose: "text",
    mode: "queue",
    chainId: makeId("chain"),
    hops: 0,
    replyTo: null,
    notBefore: null,
    held: false,
    idempotencyKey: `ask:${id}`,
  };
}

/** The option as it was offered, whatever the case of the answer; free text as it is. */
function matchOption(ask: Ask, { answer, choice, text }: AskAnswer): string {
  const given = answer ?? choice ?? text ?? "";
  const option = ask.options.find((each) => each.toLowerCase() === given.toLowerCase());
  if (option !== undefined) return option;
  if (ask.freeText && choice === undefined) return given;
  const path = choice !== undefined ? "choice" : text !== undefined ? "text" : "answer";
  const message = ask.options.length === 0 ? "expected text: this ask has no options" : optionsText(ask.options);
  throw new AppError("invalid_request", message, { fields: [{ path, message }] });
}

function optionsText(options: readonly string[]): string {
  return `expected one of the options: ${options.join(" | ")}`;
}
