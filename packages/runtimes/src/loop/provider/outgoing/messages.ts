/**
 * Builds a prompt's messages: a message in the same role is joined to the last one, so that no role comes twice in a
 * row.
 */
import type { LanguageModelV4Message } from "@ai-sdk/provider";

export type UserMessage = Extract<LanguageModelV4Message, { role: "user" }>;
export type AssistantMessage = Extract<LanguageModelV4Message, { role: "assistant" }>;

export function userOf(messages: LanguageModelV4Message[]): UserMessage {
  const last = messages.at(-1);
  if (last?.role === "user") return last;
  const message = { role: "user" as const, content: [] };
  messages.push(message);
  return message;
}

export function addUserText(messages: LanguageModelV4Message[], text: string): void {
  if (text.trim() === "") return;
  const { content } = userOf(messages);
  const part = content.at(-1);
  if (part?.type === "text") part.text += `\n\n${text}`;
  else content.push({ type: "text", text });
}

export function assistantOf(messages: LanguageModelV4Message[]): AssistantMessage {
  const last = messages.at(-1);
  if (last?.role === "assistant") return last;
  const message = { role: "assistant" as const, content: [] };
  messages.push(message);
  return message;
}

export function addText({ content }: AssistantMessage, text: string): void {
  const part = content.at(-1);
  if (part?.type === "text") part.text += `\n\n${text}`;
  else content.push({ type: "text", text });
}

export function userMessage(text: string): LanguageModelV4Message {
  return { role: "user", content: [{ type: "text", text }] };
}
