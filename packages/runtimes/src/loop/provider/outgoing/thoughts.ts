/**
 * What goes back of what a model thought: to the model that thought it, and to nobody else (PR1). Some servers refuse an
 * answer that comes without; one that another model gave then carries a placeholder.
 */
import type { LanguageModelV4ReasoningPart, SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { Entry } from "@reef/protocol/entry";
import { readKeptAnswer, readKeptCall } from "../kept.ts";
import { cleanText } from "./clean-text.ts";
import type { AssistantMessage } from "./messages.ts";
import type { Receiver } from "./receiver.ts";

const placeholder = "(not recorded)";
/** Options under this name stand in the body as they are. */
const plainFields = "openaiCompatible";

function isInReach(entry: Entry, { profile, turnId, sinceSeq }: Receiver<unknown>): boolean {
  if (profile.reasoningBack === "all") return true;
  // A turn that is tried again goes on behind the rounds of the one before it.
  const isOfTurn = (turnId !== null && entry.turnId === turnId) || entry.seq > sinceSeq;
  return profile.reasoningBack === "turn" && isOfTurn;
}

/** Adds what was thought before an answer to its message, which its words follow. */
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
  // What stood in the words themselves came in no field, and goes back only to who asks for one.
  const field = kept.field ?? (kept.field === undefined || needsReasoning !== "never" ? reasoningField : null);
  addFields(message, {
    ...(text.trim() !== "" && field !== null && { [field]: text }),
    ...(kept.details !== undefined && kept.details.length > 0 && { reasoning_details: kept.details }),
  });
}

/** What was kept as JSON, so the package finds in it what it had put there. */
function toReasoningPart(part: { readonly text: string; readonly metadata?: unknown }): LanguageModelV4ReasoningPart {
  const providerOptions = part.metadata as SharedV4ProviderOptions | undefined;
  return { type: "reasoning", text: cleanText(part.text), ...(providerOptions && { providerOptions }) };
}

/** Gives an answer without a thought its placeholder, where the server would refuse it. */
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

/** Provider options by call of one answer: what the model gave with them, or what stands for it. */
export function callOptions(calls: readonly Entry[], receiver: Receiver): (SharedV4ProviderOptions | undefined)[] {
  const { foreignSignature, wire, signaturesBack } = receiver.profile;
  const kept = calls.map(({ opaque }) => (signaturesBack ? readKeptCall(opaque, receiver.model) : null));
  // Of its own calls at once a model may sign only the first.
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

/** Characters that go back beside an entry's words. */
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
