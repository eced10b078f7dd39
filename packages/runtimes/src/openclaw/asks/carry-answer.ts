/**
 * Carries an answer given here to the gateway that waits for it. Repeating it is safe: a gateway accepts one answer, and
 * one that was on its way when the line broke is compared with what the gateway has.
 */
import { chosenOptions } from "@reef/engine/ask/chosen-options";
import type { Ask, AskDelivery, AskOrigin } from "@reef/protocol/ask";
import { type GatewayConnection, GatewayError } from "../connection.ts";
import { type Outcome, readOutcome } from "./outcome.ts";
import { methodsOf } from "./waiting.ts";
import { decisionOf, declineSecret, labelOf } from "./words.ts";

export type AskThere = Ask & { readonly origin: AskOrigin };

export interface Carried {
  readonly delivery: Exclude<AskDelivery, "waiting">;
  readonly note: string | null;
}

/**
 * Takes all asks that are answered together. Rejects with `GatewayError` when the answer's fate is unknown, or it may
 * succeed later.
 */
export async function carryAnswer(
  connection: Pick<GatewayConnection, "request">,
  asks: readonly AskThere[],
  signal: AbortSignal,
): Promise<Carried> {
  const [first] = asks;
  if (first === undefined) throw new Error("expected an ask");
  const { kind, id } = first.origin;
  const params = paramsOf(asks);
  if (params === null) return { delivery: "too_late", note: "OpenClaw does not know this answer." };
  try {
    await connection.request(methodsOf[kind].resolve, params, { signal });
    return { delivery: "sent", note: null };
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "refused" || error.retryable) throw error;
    const outcome = await readOutcome(connection, { kind, id }, signal);
    return outcome.state === "pending"
      ? { delivery: "too_late", note: `OpenClaw refused this answer; give it in OpenClaw. (${error.message})` }
      : compareOutcome(asks, outcome);
  }
}

/** Says what the answers are worth, given how it was settled there. */
export function compareOutcome(asks: readonly AskThere[], outcome: Exclude<Outcome, { state: "pending" }>): Carried {
  if (outcome.state === "withdrawn") {
    return { delivery: "too_late", note: `${outcome.note} Your answer did not reach it, or came too late.` };
  }
  const isSame = asks.every((ask) => {
    const theirs = outcome.answers.get(ask.origin.questionId ?? "") ?? [];
    return same(valuesOf(ask), theirs);
  });
  if (isSame) return { delivery: "sent", note: null };
  const words = asks.map((ask) => answerThere(ask, outcome.answers)).filter((each) => each !== null);
  return { delivery: "too_late", note: `It was answered in OpenClaw before: ${words.join("; ") || "otherwise"}.` };
}

/** Returns the answer that was given there, in words of the ask; null if there is none. */
export function answerThere({ origin }: AskThere, answers: ReadonlyMap<string, readonly string[]>): string | null {
  const given = answers.get(origin.questionId ?? "");
  if (given === undefined || given.length === 0) return null;
  if (origin.kind !== "question") return labelOf(given[0] ?? "");
  return given.join(", ").slice(0, 4_000).toWellFormed();
}

function paramsOf(asks: readonly AskThere[]): Readonly<Record<string, unknown>> | null {
  const [first] = asks;
  if (first === undefined) return null;
  const { id, kind } = first.origin;
  if (kind !== "question") {
    const decision = decisionOf(first.answer ?? "");
    return decision === null ? null : { id, decision };
  }
  const by = { resolvedBy: "Reef" };
  if (asks.some(({ answer, freeText }) => !freeText && answer === declineSecret)) return { id, cancel: true, ...by };
  const answers = Object.fromEntries(asks.map((ask) => [ask.origin.questionId ?? "", valuesOf(ask)]));
  return { id, answers: { answers }, resolutionId: first.id, ...by };
}

function valuesOf(ask: AskThere): readonly string[] {
  const { answer, origin } = ask;
  if (answer === null) return [];
  if (origin.kind !== "question") return [decisionOf(answer) ?? answer];
  return (origin.multiple === true ? chosenOptions(ask, answer) : null) ?? [answer];
}

function same(ours: readonly string[], theirs: readonly string[]): boolean {
  const plain = (values: readonly string[]) => values.map((each) => each.trim().toLowerCase()).toSorted();
  return JSON.stringify(plain(ours)) === JSON.stringify(plain(theirs));
}
