/** Finds what a call of a model means: a tool of the bot with an input that passed its schema, or why there is none. */
import { z } from "zod";
import type { ToolCallRequest } from "../port/runtime.ts";
import type { BotTools } from "../tool/catalogue.ts";
import type { Tool } from "../tool/tool.ts";
import { unreadableText } from "./repeats.ts";

export type FoundTool = { readonly tool: Tool; readonly input: unknown } | { readonly refused: string };

export function findTool(tools: BotTools, call: ToolCallRequest): FoundTool {
  const tool = tools.get(call.name);
  if (tool === undefined) {
    const names = tools.specs.map((spec) => spec.name);
    return { refused: `there is no tool “${call.name}”; available tools: ${names.join(", ") || "none"}` };
  }
  if (typeof call.input === "string") return { refused: unreadableText };
  const input = tool.input.safeParse(call.input);
  if (!input.success) return { refused: `the input is invalid:\n${z.prettifyError(input.error)}` };
  return { tool, input: input.data };
}
