/** Defines the table of what can be undone. */
import type { UndoToken } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";

/** The operations that undo an act. */
export interface UndoRow {
  token: UndoToken;
  /** Operations, as JSON. */
  ops: string;
  expires_at: IsoTime;
}
