/**
 * Returns a model's thoughts to the model that thought them, and to no other (PR1). Some servers refuse an answer
 * without them; one from another model then carries a placeholder.
 */
import type { LanguageModelV4ReasoningPart, SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { Entry } from "@reef/protocol/entry";
import { readKeptAnswer, readKeptCall } from "../kept.ts";
import { cleanText } from "./clean-text.ts";
import type { AssistantMessage } from "./messages.ts";
import type { Receiver } from "./receiver.ts";

const placeholder = "(not recorded)";
/** Options under this name are put into the body unchanged. */
const plainFields = "openaiCompatible";

function isInReach(entry: Entry, { profile, turnId, sinceSeq }: Receiver<unknown>): boolean {
  if (profile.reasoningBack === "all") return true;
  // A retried turn continues behind the rounds of the one before it.
  const isOfTurn = (turnId !== null && entry.turnId === turnId) || entry.seq > sinceSeq;
  return profile.reasoningBack === "turn" && isOfTurn;
}

/** Adds an answer's thoughts to its message, before its words. */
export function addThoughts(message: AssistantMessage, entry: Entry, receiver: Receiver): void {
  const kept = isInReach(entry, receiver) ? readKeptAnswer(entry.opaque, receiver.model) : null;
  if (kept === null) return;
  const { wire, reasoningField, needsReasoning } = receiver.profile;
  if (kept.kind === "parts") {
    if (wire !== "chat") message.content.push(...(kept.parts ?? []).map(toReasoningPart));
    return;
  }
  if (wire !== "chat") return;
  const text = cleanText(entry.reasoning ?? "");
  // Thoughts from the text itself came in no field, and go back only to a server that requires one.
  const field = kept.field ?? (kept.field === undefined || needsReasoning !== "never" ? reasoningField : null);
  addFields(message, {
    ...(text.trim() !== "" && field !== null && { [field]: text }),
    ...(kept.details !== undefined && kept.details.length > 0 && { reasoning_details: kept.details }),
  });
}

/** It was kept as JSON, so the package finds what it had put there. */
function toReasoningPart(part: { readonly text: string; readonly metadata?: unknown }): LanguageModelV4ReasoningPart {
  const providerOptions = part.metadata as SharedV4ProviderOptions | undefined;
  return { type: "reasoning", text: cleanText(part.text), ...(providerOptions && { providerOptions }) };
}

/** Adds a placeholder to an answer without a thought, where the server would refuse it. */
export function fillThought(message: AssistantMessage, entry: Entry, receiver: Receiver): void {
  const { needsReasoning, reasoningField, wire } = receiver.profile;
  if (wire !== "chat" || needsReasoning === "never" || !isInReach(entry, receiver)) return;
  const hasCalls = message.content.some(({ type }) => type === "tool-call");
  if (needsReasoning === "with-calls" && !hasCalls) return;
  if (message.providerOptions?.[plainFields]?.[reasoningField] !== undefined) return;
  addFields(message, { [reasoningField]: placeholder });
}

function addFields(message: AssistantMessage, fields: Readonly<Record<string, unknown>>): void {
  const before = message.providerOptions?.[plainFields] ?? {};
  const joined = Object.entries(fields).map(([key, value]) => {
    const earlier = before[key];
    return [key, typeof earlier === "string" && typeof value === "string" ? `${earlier}\n\n${value}` : value] as const;
  });
  if (joined.length === 0) return;
  const merged = { ...before, ...Object.fromEntries(joined) } as SharedV4ProviderOptions[string];
  message.providerOptions = { ...message.providerOptions, [plainFields]: merged };
}

/** Returns provider options by call of one answer: what the model sent with them, or its replacement. */
export function callOptions(calls: readonly Entry[], receiver: Receiver): (SharedV4ProviderOptions | undefined)[] {
  const { foreignSignature, wire, signaturesBack } = receiver.profile;
  const kept = calls.map(({ opaque }) => (signaturesBack ? readKeptCall(opaque, receiver.model) : null));
  // Of its own parallel calls a model may sign only the first.
  const isOwn = kept.some((call) => call !== null);
  const stand =
    foreignSignature === null || wire !== "chat"
      ? undefined
      : { [plainFields]: { extra_content: { google: { thought_signature: foreignSignature } } } };
  return kept.map((call) => {
    if (!isOwn) return stand;
    const { metadata = {}, fields } = call ?? {};
    const own = wire === "chat" && fields !== undefined ? { ...metadata, [plainFields]: fields } : metadata;
    return Object.keys(own).length === 0 ? undefined : (own as SharedV4ProviderOptions);
  });
}

/** Returns the number of characters that go back beside an entry's words. */
export function thoughtChars(entry: Entry, receiver: Receiver<unknown>): number {
  if (entry.kind === "tool_call") {
    return readKeptCall(entry.opaque, receiver.model) === null ? 0 : lengthOf(entry.opaque);
  }
  const kept = isInReach(entry, receiver) ? readKeptAnswer(entry.opaque, receiver.model) : null;
  if (kept === null) return 0;
  return kept.kind === "parts" ? lengthOf(kept.parts) : (entry.reasoning?.length ?? 0) + lengthOf(kept.details);
}

function lengthOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}
