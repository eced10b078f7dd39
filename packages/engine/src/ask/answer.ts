/**
 * Settles an ask, exactly once (AS1). The answer makes the waiting step's turn ready, which reads the answer itself
 * (AS2). An answer with a grace period is durable when accepted and takes effect when the period is over, even after a
 * crash, unless a person takes it back: until then the ask is open.
 */

import type { Ask, AskAnswer, HeldAnswer } from "@reef/protocol/ask";
import { AppError } from "@reef/protocol/error";
import type { AskId } from "@reef/protocol/ids";
import { maxMessageLength } from "@reef/protocol/message";
import { msToIso } from "@reef/protocol/time";
import { budgetOfAsk, settleBudget } from "../budget/ask.ts";
import { readBudgetAnswer } from "../budget/words.ts";
import { commitOps, found, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import { letItGoOn, settleHeld } from "../mailbox/chain.ts";
import { settleChain } from "../mailbox/chain-bounds.ts";
import type { Committed } from "../port/store.ts";
import type { MessageSeed, Op } from "../port/unit.ts";
import { rememberAnswer } from "./approvals.ts";
import { chosenOptions } from "./chosen-options.ts";

/**
 * Answers the ask, replacing an answer that is still held. Errors: `not_found`; `conflict` if it is settled already;
 * `invalid_request` if the answer is none of the options.
 */
export async function answerAsk(deps: Deps, id: AskId, input: AskAnswer, by = "you"): Promise<Ask> {
  const ask = await found(deps.store.read.ask(id), "ask", id);
  const answer = matchOption(ask, input);
  if (ask.kind === "budget") {
    // Said before it is held: an answer that is no amount has no effect later either.
    const budget = await budgetOfAsk(deps, ask);
    if (budget !== null) readBudgetAnswer(answer, budget);
  }
  if (!input.graceMs) return settleAsk(deps, ask, { answer, by });
  const held = { answer, until: msToIso(deps.clock.now() + input.graceMs) };
  return lastEvent(await commitOps(deps, { op: "ask.hold", id, held }), "ask.changed").ask;
}

/** Takes a held answer back, so that the ask is as it was. Errors: `not_found`; `conflict` if no answer is held. */
export async function undoAnswer(deps: Deps, id: AskId): Promise<Ask> {
  await found(deps.store.read.ask(id), "ask", id);
  return lastEvent(await commitOps(deps, { op: "ask.hold", id, held: null }), "ask.changed").ask;
}

/** With `heldUntil`, throws `conflict` if that answer is no longer held. */
export async function settleAsk(
  deps: Deps,
  ask: Ask,
  {
    answer,
    heldUntil,
    by = "you",
  }: { readonly answer: string; readonly heldUntil?: HeldAnswer["until"]; readonly by?: string },
): Promise<Ask> {
  const elsewhere = messageOf(ask, answer);
  const ops: Op[] = [
    { op: "ask.answer", id: ask.id, answer, elsewhere, ...(heldUntil !== undefined && { heldUntil }) },
    ...rememberAnswer(ask, answer),
  ];
  if (ask.kind === "chain" && ask.messageId !== null) {
    const held = await found(deps.store.read.message(ask.messageId), "message", ask.messageId);
    ops.push(...settleHeld(held, { goesOn: answer === letItGoOn, moreHops: deps.settings.maxHops }));
  }
  if (ask.kind === "chain" && ask.messageId === null && ask.chainId !== undefined) {
    ops.push(settleChain(ask.chainId, answer === letItGoOn));
  }
  // In the unit of the answer: turns that go on find what they may spend.
  if (ask.kind === "budget") ops.push(...(await settleBudget(deps, ask, { answer, by })));
  return askIn(await commitOps(deps, ...ops), ask);
}

function askIn({ events }: Committed, { id }: Ask): Ask {
  for (const event of events.toReversed()) if (event.type === "ask.changed" && event.ask.id === id) return event.ask;
  throw new Error("the commit changed no ask");
}

/** Builds the message by which the session gets the answer to a question that no turn waits for. */
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

/** Returns the option as it was offered, whatever the letter case of the answer; free text unchanged. */
function matchOption(ask: Ask, { answer, choice, text }: AskAnswer): string {
  const given = answer ?? choice ?? text ?? "";
  const option = ask.options.find((each) => each.toLowerCase() === given.toLowerCase());
  if (option !== undefined) return option;
  if (choice === undefined && ask.origin?.multiple === true) return matchSeveral(ask, given);
  if (ask.freeText && choice === undefined) return given;
  const path = choice !== undefined ? "choice" : text !== undefined ? "text" : "answer";
  const message = ask.options.length === 0 ? "expected text: this ask has no options" : optionsText(ask.options);
  throw new AppError("invalid_request", message, { fields: [{ path, message }] });
}

function matchSeveral(ask: Ask, given: string): string {
  const chosen = chosenOptions(ask, given);
  if (chosen !== null) return chosen.join(chosen.some((each) => /[,;]/.test(each)) ? "\n" : ", ");
  const message = `expected one or more of the options, with commas between: ${ask.options.join(" | ")}`;
  throw new AppError("invalid_request", message, { fields: [{ path: "answer", message }] });
}

function optionsText(options: readonly string[]): string {
  return `expected one of the options: ${options.join(" | ")}`;
}
