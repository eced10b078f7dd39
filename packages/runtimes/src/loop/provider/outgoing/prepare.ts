/** Prepares a turn's receiver: which tools and pictures go to the model, and under which names. */
import type { LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import type { ToolSpec, TurnContext } from "@reef/engine/port/runtime";
import { plainSchema } from "@reef/engine/tool/plain-schema";
import type { Entry } from "@reef/protocol/entry";
import type { FileRef } from "@reef/protocol/file";
import type { ModelChoice } from "../../models.ts";
import type { ProviderProfile } from "../profile.ts";
import { mapToolNames } from "./call-names.ts";
import { cleanText } from "./clean-text.ts";
import { isPicture, maxPictures, pictureTokens, planPictures, readPictures } from "./pictures.ts";
import type { Receiver } from "./receiver.ts";

/** OpenAI refuses a longer description of a tool. */
const maxToolDescription = 1_024;
/** Share of the window that pictures may take. */
const pictureShare = 0.5;

export interface ReceiverRequest {
  readonly context: TurnContext;
  readonly choice: ModelChoice;
  /** The entries of the window. */
  readonly entries: readonly Entry[];
  /** Tokens for the transcript. */
  readonly room: number;
}

/** Returns the receiver of the window, with the bytes of its pictures. */
export async function prepareReceiver(request: ReceiverRequest): Promise<Receiver> {
  const planned = planReceiver(request);
  const { readFile } = request.context;
  const pictures = await readPictures(planned.pictures, { readFile, types: planned.profile.imageTypes });
  return { ...planned, pictures };
}

/** Returns the same before any file is read, to estimate a window. */
export function planReceiver({ context, choice, entries, room }: ReceiverRequest): Receiver<FileRef> {
  const { profile, providerName, modelId } = choice;
  const tools = toolsFor(context, profile);
  const canShow = profile.vision === true && context.readFile !== undefined;
  const most = canShow ? Math.min(maxPictures, Math.floor((room * pictureShare) / pictureTokens)) : 0;
  return {
    profile,
    model: `${providerName}/${modelId}`,
    turnId: context.turn.id,
    sinceSeq: entries.findLast(({ kind }) => kind === "person" || kind === "session")?.seq ?? 0,
    toolNames: toolNamesFor(tools, profile),
    hasTools: tools.length > 0,
    pictures: planPictures(entries, most),
  };
}

export function toolNamesFor(tools: readonly ToolSpec[], profile: ProviderProfile): ReadonlyMap<string, string> {
  return mapToolNames(
    tools.map(({ name }) => name),
    profile,
  );
}

/** Returns the tools that the model gets. */
export function toolsFor({ tools }: Pick<TurnContext, "tools">, profile: ProviderProfile): readonly ToolSpec[] {
  return profile.tools === false ? [] : tools;
}

/** Schemas are simplified here as well: not every tool is Reef's own. */
export function toFunctionTools(
  tools: readonly ToolSpec[],
  { toolNames }: Pick<Receiver, "toolNames">,
): LanguageModelV4FunctionTool[] {
  return tools.map(({ name, description, inputSchema }) => ({
    type: "function",
    name: toolNames.get(name) ?? name,
    description: cleanText(description).slice(0, maxToolDescription).toWellFormed(),
    inputSchema: { ...plainSchema(inputSchema) },
  }));
}

/**
 * Returns the tool's own name for one that was called by the name it was sent under, also behind `functions.` and
 * similar prefixes.
 */
export function ownToolName(sent: string, toolNames: ReadonlyMap<string, string>): string {
  const bare = sent.replace(/^(functions?|tools?|default_api)[.:]/i, "").replace(/<\|.*$/s, "");
  for (const wanted of [sent, bare]) {
    for (const [own, name] of toolNames) if (name === wanted) return own;
  }
  return sent;
}

/** True when the messages of this turn have pictures. */
export function hasNewPictures({ entries, turn }: Pick<TurnContext, "entries" | "turn">): boolean {
  return entries.some(({ turnId, attachments }) => turnId === turn.id && (attachments ?? []).some(isPicture));
}
