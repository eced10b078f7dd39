/** Adapts the body of a request to the receiver: its names of fields, without those that it refuses. Pure. */
import type { ProviderProfile } from "../profile.ts";

type Body = Readonly<Record<string, unknown>>;

export function shapeBody(body: Body, profile: ProviderProfile): Body {
  const shaped = profile.wire === "chat" ? shapeChatBody(body, profile) : { ...body, ...profile.extraBody };
  return Object.fromEntries(Object.entries(shaped).filter(([key]) => !profile.refusedFields.includes(key)));
}

function shapeChatBody(body: Body, profile: ProviderProfile): Body {
  const { max_tokens: limit, messages, tools, ...rest } = body;
  return {
    ...rest,
    messages: Array.isArray(messages) ? messages.map((message: unknown) => shapeMessage(message, profile)) : messages,
    ...(limit !== undefined && { [profile.outputLimitField]: limit }),
    ...(Array.isArray(tools) && { tools: tools.map((tool: unknown) => shapeTool(tool, profile)) }),
    ...profile.extraBody,
  };
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
