/** Defines the table of steps: what one commit of a turn did, and what is known of the model call behind it. */
import type { EntryId, TurnId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import type { Step } from "@reef/protocol/turn";

export interface StepRow {
  turn_id: TurnId;
  n: number;
  kind: Step["kind"];
  call_id: string | null;
  tool: string | null;
  entry_id: EntryId | null;
  input_tokens: number;
  output_tokens: number;
  cost_nanos: number | null;
  duration_ms: number;
  model: string | null;
  cached_tokens: number | null;
  first_token_ms: number | null;
  window_tokens: number | null;
  context_tokens: number | null;
  compacts_at: number | null;
  at: IsoTime;
}
