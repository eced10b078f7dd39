/** Defines what the main thread and the thread that scans say to each other. */
import type { FoundTask, ScanOutcome, ScanProgress } from "./scanner.ts";

/** Batches of tasks that may be on their way. */
export const mostUnread = 4;

export type ToScanThread =
  | { readonly type: "scan"; readonly id: number; readonly path: string; readonly nowMs: number }
  | { readonly type: "forget"; readonly path: string };

export type FromScanThread =
  | { readonly type: "found"; readonly id: number; readonly tasks: readonly FoundTask[] }
  | { readonly type: "progress"; readonly id: number; readonly progress: ScanProgress }
  | { readonly type: "done"; readonly id: number; readonly outcome: ScanOutcome }
  | { readonly type: "failed"; readonly id: number; readonly reason: string };
