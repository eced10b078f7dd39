/** What is known of a tool by its name. A transcript also names tools that are not Reef's: an OpenClaw agent's own, or one that is gone. */
import type { ToolTraits } from "@reef/protocol/tool";

/** Nothing is believed of it that would raise a trust (ME5) or say that it did nothing; and nobody can say whom it told. */
const unknownTool: ToolTraits = {
  changes: "lasting",
  words: "others",
  tells: "nobody",
  folds: true,
  afterCrash: "skip",
};

export interface KnowsTools {
  /** Undefined for a tool that is not in the catalogue. */
  readonly toolTraits?: ((name: string) => ToolTraits | undefined) | undefined;
}

export function traitsOf({ toolTraits }: KnowsTools, name: string): ToolTraits {
  return toolTraits?.(name) ?? unknownTool;
}
