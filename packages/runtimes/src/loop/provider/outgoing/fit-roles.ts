/**
 * Puts roles in an order that the receiver accepts. Strict templates need a person and an answer in turn, and Mistral
 * needs an answer between a tool's result and a person's next message; for models without a system message it is put
 * into the first message.
 */
import type { LanguageModelV4Message, LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { ProviderProfile } from "../profile.ts";

type RoleRules = Pick<ProviderProfile, "system" | "userAfterTool">;

export function fitRoles(prompt: LanguageModelV4Prompt, rules: RoleRules): LanguageModelV4Prompt {
  const ordered = rules.userAfterTool ? prompt : prompt.flatMap((message, at) => withBridge(message, prompt[at - 1]));
  return rules.system ? ordered : foldSystem(ordered);
}

function withBridge(message: LanguageModelV4Message, before: LanguageModelV4Message | undefined) {
  if (message.role !== "user" || before?.role !== "tool") return [message];
  const bridge: LanguageModelV4Message = {
    role: "assistant",
    content: [{ type: "text", text: "I have the results." }],
  };
  return [bridge, message];
}

function foldSystem(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  const texts = prompt.flatMap((message) => (message.role === "system" ? [message.content] : []));
  const rest = prompt.filter(({ role }) => role !== "system");
  if (texts.length === 0) return prompt;
  const text = { type: "text" as const, text: texts.join("\n\n") };
  const [first, ...more] = rest;
  if (first?.role !== "user") return [{ role: "user", content: [text] }, ...rest];
  const [start, ...parts] = first.content;
  const content =
    start?.type === "text" ? [{ ...start, text: `${text.text}\n\n${start.text}` }, ...parts] : [text, ...first.content];
  return [{ ...first, content }, ...more];
}
