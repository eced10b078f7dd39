/** Says what a drawing of a call is given. */
import type { EntryTool } from "@reef/protocol/entry";
import type { FileRef } from "@reef/protocol/file";

export interface CallResult {
  readonly text: string;
  readonly isError: boolean;
  readonly files: readonly FileRef[];
}

export interface CallBodyProps {
  readonly tool: Pick<EntryTool, "name" | "input">;
  /** Null while there is none: what the call would do is drawn. */
  readonly result: CallResult | null;
  /** Stands in place of the result while there is none. */
  readonly waiting?: string;
  /** Opens a file of the bot's workspace; without it, paths are only named. */
  readonly onOpenFile?: ((path: string) => void) | undefined;
}
