/**
 * Brings asks of a gateway into the one queue, each once, and records what became of their answers there (AS3). What is
 * settled at the gateway is settled here, with a note that says so.
 */
import type { Ask, AskDelivery, AskOrigin } from "@reef/protocol/ask";
import type { GatewayId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { Op } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";

/** What a person reads and may answer. */
export type AskWords = Pick<Ask, "kind" | "question" | "options" | "freeText" | "call">;

/** The most asks of one gateway that are read; it has far fewer open (`mostOpen` of the bridge). */
export const mostOfGateway = 1_000;

/** Does nothing for an ask that was opened before, whatever became of it. */
export async function openAskOfGateway(
  deps: Deps,
  session: Pick<Session, "id" | "botId">,
  { words, origin }: { readonly words: AskWords; readonly origin: AskOrigin },
): Promise<void> {
  const { kind, question, options, freeText, call } = words;
  await commitOps(deps, {
    op: "ask.open",
    ask: {
      id: makeId("ask"),
      kind,
      sessionId: session.id,
      botId: session.botId,
      turnId: null,
      callId: null,
      messageId: null,
      question,
      options,
      freeText,
      ...(call !== undefined && { call }),
      origin,
    },
  });
}

/** Does nothing unless the ask is open. A null answer withdraws it. */
export async function settleAskOfGateway(
  deps: Deps,
  { id }: Pick<Ask, "id">,
  { answer, note }: { readonly answer: string | null; readonly note: string },
): Promise<void> {
  await commitOps(deps, { op: "ask.settle", id, answer, note });
}

/** Does nothing unless the answers have still to be carried. One that does not count leaves a notice in its session. */
export async function noteDelivery(
  deps: Deps,
  asks: readonly Pick<Ask, "id">[],
  { delivery, note }: { readonly delivery: Exclude<AskDelivery, "waiting">; readonly note: string | null },
): Promise<void> {
  const ops: Op[] = [];
  for (const { id } of asks) {
    const ask = await deps.store.read.ask(id);
    if (ask?.delivery !== "waiting") continue;
    ops.push({ op: "ask.deliver", id, delivery, note });
    if (delivery === "too_late") ops.push(tooLateNotice(ask, note));
  }
  if (ops.length > 0) await commitOps(deps, ...ops);
}

function tooLateNotice({ id, sessionId, answer }: Pick<Ask, "id" | "sessionId" | "answer">, note: string | null): Op {
  const text = `Your answer “${oneLine(answer ?? "")}” didn’t count in OpenClaw. ${note ?? ""}`.trim();
  const entry = { id: makeId("entry"), sessionId, text, externalId: `too-late:${id}` };
  return { op: "entry.append", entry: { ...entry, kind: "notice", notice: { type: "runtime" } } };
}

/** Withdraws what the gateway still waits for: nothing will carry an answer there. */
export async function withdrawAsks({ store }: Pick<Deps, "store">, gatewayId: GatewayId): Promise<readonly Op[]> {
  const note = "The gateway was disconnected from Reef.";
  return (await store.read.asksOfGateway(gatewayId, mostOfGateway)).map(
    ({ id, state }): Op =>
      state === "open"
        ? { op: "ask.settle", id, answer: null, note }
        : { op: "ask.deliver", id, delivery: "too_late", note },
  );
}
