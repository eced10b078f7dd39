/** From a turn to its receiver: which tools and pictures go to the model, and under which names. */
import type { LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import type { ToolSpec, TurnContext } from "@reef/engine/port/runtime";
import { plainSchema } from "@reef/engine/tool/plain-schema";
import type { Entry } from "@reef/protocol/entry";
import type { ModelChoice } from "../../models.ts";
import type { ProviderProfile } from "../profile.ts";
import { mapToolNames } from "./call-names.ts";
import { cleanText } from "./clean-text.ts";
import { isPicture, loadPictures, maxPictures, pictureTokens } from "./pictures.ts";
import type { Receiver } from "./receiver.ts";

/** OpenAI refuses a longer description of a tool. */
const maxToolDescription = 1_024;
/** Part of the window that pictures may take. */
const pictureShare = 0.5;

export interface ReceiverRequest {
  readonly context: TurnContext;
  readonly choice: ModelChoice;
  /** Those of the window. */
  readonly entries: readonly Entry[];
  /** Tokens for the transcript. */
  readonly room: number;
}

export async function prepareReceiver({ context, choice, entries, room }: ReceiverRequest): Promise<Receiver> {
  const { profile, providerName, modelId } = choice;
  const tools = toolsFor(context, profile);
  const most = profile.vision === true ? Math.min(maxPictures, Math.floor((room * pictureShare) / pictureTokens)) : 0;
  const { readFile } = context;
  return {
    profile,
    model: `${providerName}/${modelId}`,
    turnId: context.turn.id,
    toolNames: mapToolNames(
      tools.map(({ name }) => name),
      profile,
    ),
    hasTools: tools.length > 0,
    pictures: most > 0 ? await loadPictures({ entries, readFile, types: profile.imageTypes, most }) : new Map(),
  };
}

/** Those that the model is given. */
export function toolsFor({ tools }: Pick<TurnContext, "tools">, profile: ProviderProfile): readonly ToolSpec[] {
  return profile.tools === false ? [] : tools;
}

/** Schemas are made plain here as well: not every tool is Reef's own. */
export function toFunctionTools(tools: readonly ToolSpec[], { toolNames }: Receiver): LanguageModelV4FunctionTool[] {
  return tools.map(({ name, description, inputSchema }) => ({
    type: "function",
    name: toolNames.get(name) ?? name,
    description: cleanText(description).slice(0, maxToolDescription).toWellFormed(),
    inputSchema: { ...plainSchema(inputSchema) },
  }));
}

/** The tool's own name of one that was called by the name it went out under. */
export function ownToolName(sent: string, { toolNames }: Receiver): string {
  for (const [own, name] of toolNames) if (name === sent) return own;
  return sent;
}

/** Whether pictures came with what this turn is about. */
export function hasNewPictures({ entries, turn }: Pick<TurnContext, "entries" | "turn">): boolean {
  return entries.some(({ turnId, attachments }) => turnId === turn.id && (attachments ?? []).some(isPicture));
}
