/**
 * Looks up a tool's traits by its name. A transcript also names tools that are not Reef's, such as an OpenClaw agent's
 * own or a removed one.
 */
import type { ToolTraits } from "@reef/protocol/tool";

/**
 * The cautious traits: nothing that would raise a trust (ME5), nor that it changed nothing. Whom it told is unknown.
 */
const unknownTool: ToolTraits = {
  changes: "lasting",
  words: "others",
  tells: "nobody",
  folds: true,
  afterCrash: "skip",
};

export interface KnowsTools {
  /** Returns undefined for a tool that is not in the catalogue. */
  readonly toolTraits?: ((name: string) => ToolTraits | undefined) | undefined;
}

export function traitsOf({ toolTraits }: KnowsTools, name: string): ToolTraits {
  return toolTraits?.(name) ?? unknownTool;
}
