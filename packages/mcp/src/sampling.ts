/**
 * Lets a server ask the model of the bot that calls it for text, where a person allowed that server to: the bot pays, and
 * a call can ask only a few times. Its worst cost is reserved first; what does not fit a budget is refused, since the
 * turn itself asks a person before its next call (BU1). What the server sends is data, as the model reads.
 */
import { reserveOutside } from "@reef/engine/budget/outside-turns";
import { commitOps } from "@reef/engine/commit";
import type { Completion, CompletionRequest } from "@reef/engine/port/runtime";
import type { ToolRun } from "@reef/engine/tool/tool";
import { AppError } from "@reef/protocol/error";
import { plainText } from "./call-result.ts";

/** As the protocol brings it. */
export interface ToldSampling {
  readonly systemPrompt?: string | undefined;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

export type Complete = (request: CompletionRequest) => Promise<Completion>;

export const mostSamplings = 5;
const longestText = 100_000;

export async function sample(
  { deps, bot, session, turn, signal }: ToolRun,
  { server, told, complete }: { readonly server: string; readonly told: ToldSampling; readonly complete: Complete },
): Promise<Pick<Completion, "text" | "model">> {
  const text = told.messages.map(({ role, content }) => `${role}: ${textOf(content)}`).join("\n\n");
  const system = plainText(told.systemPrompt ?? "");
  if (text.length + system.length > longestText) {
    throw new AppError("payload_too_large", `the request has more than ${longestText} characters`);
  }
  const instructions = `A program, the MCP server “${server}”, asks for a text in the course of a tool call. Write only the answer to the last message. You have no tools here.${system === "" ? "" : `\n\nThe program says:\n${system}`}`;
  const spender = { botId: bot.id, sessionId: session.id, chainId: turn.id === null ? null : turn.chainId };
  const held = reserveOutside(deps, `sampling:${crypto.randomUUID()}`, spender);
  try {
    const { reserve } = held;
    const done = await complete({ bot, instructions, text, reserve, signal });
    const { model, inputTokens, outputTokens, costUsd } = done;
    const paid = { model, inputTokens, outputTokens, ...(costUsd === undefined ? {} : { costUsd }) };
    if (turn.id !== null) await commitOps(deps, { op: "turn.paid", turnId: turn.id, paid }, ...held.release());
    return { text: done.text, model };
  } finally {
    const left = held.release();
    if (left.length > 0) await commitOps(deps, ...left);
  }
}

function textOf(content: unknown): string {
  const parts = Array.isArray(content) ? content : [content];
  return parts
    .map((part: unknown) => {
      const { type, text } = (part ?? {}) as Readonly<Record<string, unknown>>;
      return typeof text === "string" ? plainText(text) : `[something of the kind “${String(type).slice(0, 40)}”]`;
    })
    .join("\n");
}
