/** The body of chat completions as the receiver takes it: its names of fields, without those that it refuses. Pure. */
import type { ProviderProfile } from "../profile.ts";

type Body = Readonly<Record<string, unknown>>;

export function shapeChatBody(body: Body, profile: ProviderProfile): Record<string, unknown> {
  const { max_tokens: limit, tool_choice: choice, messages, tools, ...rest } = body;
  const shaped = {
    ...rest,
    messages: Array.isArray(messages) ? messages.map((message: unknown) => shapeMessage(message, profile)) : messages,
    ...(limit !== undefined && { [profile.outputLimitField]: limit }),
    // “auto” is what everybody does when nothing is said, and what some refuse to hear.
    ...(choice !== undefined && choice !== "auto" && { tool_choice: choice }),
    ...(Array.isArray(tools) && { tools: tools.map((tool: unknown) => shapeTool(tool, profile)) }),
    ...profile.extraBody,
  };
  return Object.fromEntries(Object.entries(shaped).filter(([key]) => !profile.refusedFields.includes(key)));
}

function shapeMessage(message: unknown, { callsWithoutText }: ProviderProfile): unknown {
  if (!isRecord(message) || message.role !== "assistant" || !isEmpty(message.content)) return message;
  const { content: _, ...rest } = message;
  switch (callsWithoutText) {
    case "null":
      return { ...rest, content: null };
    case "empty":
      return { ...rest, content: "" };
    case "omit":
      return rest;
  }
}

function shapeTool(tool: unknown, { emptyParameters }: ProviderProfile): unknown {
  if (emptyParameters || !isRecord(tool) || !isRecord(tool.function)) return tool;
  const { parameters, ...rest } = tool.function;
  const isBare = isRecord(parameters) && isRecord(parameters.properties) && isEmpty(Object.keys(parameters.properties));
  return isBare ? { ...tool, function: rest } : tool;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function isRecord(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
