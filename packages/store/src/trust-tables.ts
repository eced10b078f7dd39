/** Defines the stored rows of what people decide about bots: what is held. */
import type { IsoTime } from "@reef/protocol/time";

export interface HoldRow {
  /** `scopeKey` of its scope. */
  key: string;
  scope: string;
  target: string | null;
  name: string | null;
  reason: string | null;
  at: IsoTime;
}
