/** Declares the messages between the main thread and the recall thread. */
import type { RecallBatch, RecallQuery, RecallRow, RecallVectors } from "@reef/engine/port/recall";
import type { BotId } from "@reef/protocol/ids";

export type ThreadCall =
  | { readonly type: "version" }
  | { readonly type: "size" }
  | { readonly type: "search"; readonly query: RecallQuery }
  | { readonly type: "apply"; readonly batch: RecallBatch }
  | { readonly type: "vectorVersion"; readonly model: string }
  | { readonly type: "applyVectors"; readonly vectors: RecallVectors }
  | { readonly type: "beginRebuild" }
  | { readonly type: "addToRebuild"; readonly rows: readonly RecallRow[] }
  | { readonly type: "endRebuild"; readonly through: number }
  | { readonly type: "abortRebuild" }
  | { readonly type: "forget" };

export interface ToThread {
  readonly number: number;
  readonly bot: BotId;
  readonly call: ThreadCall;
}

export type FromThread =
  | { readonly number: number; readonly result: unknown }
  | { readonly number: number; readonly failure: Error };
