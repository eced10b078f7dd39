/**
 * Describes a turn that ended as spans, by OpenTelemetry's conventions for generative AI: `invoke_agent` for the turn,
 * `chat` for each model call, `execute_tool` for each tool. A trace is a chain, and ids follow from Reef's own, so that a
 * turn finds its parent's span without any state. Texts are added only if that was asked for.
 */
import { createHash } from "node:crypto";
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { ChainId, TurnId } from "@reef/protocol/ids";
import { isoToMs } from "@reef/protocol/time";
import type { Step, TurnWithSteps } from "@reef/protocol/turn";

export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
}

export interface SpanFacts extends SpanPlace {
  readonly name: string;
  readonly isClient: boolean;
  readonly parent: SpanPlace | null;
  readonly links: readonly SpanPlace[];
  readonly startMs: number;
  readonly endMs: number;
  readonly hasFailed: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface TracedTurn {
  readonly turn: TurnWithSteps;
  readonly bot: Pick<Bot, "id" | "name" | "runtime"> | null;
  /** Entries of the turn, as far as they were read. */
  readonly entries: readonly Entry[];
  /** The turn whose message this one took first, if both are of one chain. */
  readonly parent: Pick<TracedTurnRef, "id" | "chainId"> | null;
  /** Other turns whose messages it took. */
  readonly others: readonly TracedTurnRef[];
  /** Returns the name of a provider's kind in OpenTelemetry's list. */
  readonly providerOf: (model: string) => string | null;
  readonly hasContent: boolean;
}

export interface TracedTurnRef {
  readonly id: TurnId;
  readonly chainId: ChainId;
}

/** The longest text of one attribute, in UTF-16 units. */
const mostText = 16_000;
const mostName = 200;

function placeOfTurn({ id, chainId }: TracedTurnRef): SpanPlace {
  return { traceId: hash(chainId, 32), spanId: hash(id, 16) };
}

export function turnToSpans(traced: TracedTurn): readonly SpanFacts[] {
  const { turn } = traced;
  const place = placeOfTurn(turn);
  const steps = turn.stepList.flatMap((step) => stepToSpan(traced, place, step) ?? []);
  return [turnSpan(traced, place), ...steps];
}

function turnSpan({ turn, bot, parent, others, ...traced }: TracedTurn, place: SpanPlace): SpanFacts {
  const { usage } = turn;
  const name = bot?.name.slice(0, mostName) ?? turn.botId;
  const startMs = isoToMs(turn.startedAt);
  return {
    ...place,
    name: `invoke_agent ${name}`,
    isClient: false,
    parent: parent === null ? null : placeOfTurn(parent),
    links: others.map(placeOfTurn),
    startMs,
    endMs: Math.max(startMs, turn.endedAt === null ? startMs : isoToMs(turn.endedAt)),
    hasFailed: turn.state === "failed",
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.id": turn.botId,
      "gen_ai.agent.name": name,
      "gen_ai.conversation.id": turn.sessionId,
      "gen_ai.usage.input_tokens": usage.inputTokens,
      "gen_ai.usage.output_tokens": usage.outputTokens,
      ...(turn.state !== "done" && { "error.type": turn.state }),
      "reef.turn.id": turn.id,
      "reef.turn.state": turn.state,
      "reef.turn.steps": turn.steps,
      "reef.turn.attempts": turn.attempts,
      "reef.chain.id": turn.chainId,
      "reef.chain.hops": turn.hops,
      "reef.cost_usd": usage.costUsd,
      "reef.unpriced_calls": usage.unpricedCalls,
      ...(bot !== null && { "reef.runtime": bot.runtime }),
      ...(traced.hasContent && {
        ...textOf("gen_ai.input.messages", traced.entries, ["person", "session"]),
        ...textOf("gen_ai.output.messages", traced.entries, ["bot"]),
      }),
    },
  };
}

function stepToSpan(traced: TracedTurn, parent: SpanPlace, step: Step): SpanFacts | null {
  const endMs = isoToMs(step.at);
  const base = {
    traceId: parent.traceId,
    spanId: hash(`${step.turnId}:${step.n}`, 16),
    parent,
    links: [],
    // A step never begins before its turn, whatever was measured.
    startMs: Math.max(Math.min(isoToMs(traced.turn.startedAt), endMs), endMs - Math.max(0, step.durationMs)),
    endMs,
  };
  switch (step.kind) {
    case "model":
    case "retry":
    case "compaction":
      return { ...base, ...chatFacts(traced, step) };
    case "tool_result":
      return { ...base, ...toolFacts(traced, step) };
    default:
      return null;
  }
}

type Told = Pick<SpanFacts, "name" | "isClient" | "hasFailed" | "attributes">;

function chatFacts({ providerOf }: TracedTurn, step: Step): Told {
  const model = step.model?.slice(0, mostName) ?? null;
  const slash = model?.indexOf("/") ?? -1;
  const id = model === null ? null : slash > 0 ? model.slice(slash + 1) : model;
  const provider = model === null ? null : providerOf(model);
  const hasFailed = step.kind === "retry";
  return {
    name: id === null ? "chat" : `chat ${id}`,
    isClient: true,
    hasFailed,
    attributes: {
      "gen_ai.operation.name": "chat",
      ...(provider !== null && { "gen_ai.provider.name": provider }),
      ...(id !== null && { "gen_ai.request.model": id }),
      "gen_ai.usage.input_tokens": step.inputTokens,
      "gen_ai.usage.output_tokens": step.outputTokens,
      ...(step.cachedTokens !== null && { "gen_ai.usage.cache_read.input_tokens": step.cachedTokens }),
      ...(step.firstTokenMs !== null && { "reef.first_token_ms": step.firstTokenMs }),
      ...(step.costUsd !== null && { "reef.cost_usd": step.costUsd }),
      ...(model !== null && { "reef.model": model }),
      "reef.step": step.n,
      "reef.step.kind": step.kind,
      ...(hasFailed && { "error.type": "no_answer" }),
    },
  };
}

function toolFacts({ entries, hasContent }: TracedTurn, step: Step): Told {
  const name = step.tool?.slice(0, mostName) ?? "tool";
  const of = (kind: Entry["kind"]) =>
    entries.find((entry) => entry.kind === kind && entry.tool?.callId === step.callId);
  const [call, result] = [of("tool_call"), of("tool_result")];
  const hasFailed = result?.tool?.isError === true;
  return {
    name: `execute_tool ${name}`,
    isClient: false,
    hasFailed,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": name,
      "gen_ai.tool.type": "function",
      ...(step.callId !== null && { "gen_ai.tool.call.id": step.callId.slice(0, mostName) }),
      "reef.step": step.n,
      ...(hasFailed && { "error.type": "tool_error" }),
      ...(hasContent && call !== undefined && { "gen_ai.tool.call.arguments": cut(JSON.stringify(call.tool?.input)) }),
      ...(hasContent && result !== undefined && { "gen_ai.tool.call.result": cut(result.text) }),
    },
  };
}

function textOf(attribute: string, entries: readonly Entry[], kinds: readonly Entry["kind"][]) {
  const role = kinds.includes("bot") ? "assistant" : "user";
  const messages = entries.flatMap(({ kind, text }) =>
    kinds.includes(kind) && text !== "" ? [{ role, parts: [{ type: "text", content: cut(text) }] }] : [],
  );
  return messages.length === 0 ? {} : { [attribute]: cut(JSON.stringify(messages)) };
}

function cut(text: string | undefined): string {
  return (text ?? "").slice(0, mostText).toWellFormed();
}

function hash(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
