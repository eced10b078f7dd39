/** Says in a sentence what a stop of the server left of a turn (TU3). */
import type { CrashReceipt } from "@reef/protocol/turn";

export function receiptWords({ done, unknown, notStarted }: CrashReceipt): string {
  const count = done.length + unknown.length + notStarted.length;
  if (count === 0) return "The turn continued from its last step.";
  const again = unknown.filter(({ settledBy }) => settledBy === "replay").length;
  const asked = unknown.filter(({ settledBy }) => settledBy === "ask").length;
  const left = unknown.length - again - asked;
  const parts = [
    done.length > 0 &&
      (done.length === count ? allKept(count) : `${done.length} of ${count} steps ${were(done.length)} kept`),
    again > 0 && `${running(again)} ${were(again)} run again`,
    asked > 0 && `for ${running(asked)} you were asked`,
    left > 0 && `${running(left)} ${were(left)} not repeated`,
    notStarted.length > 0 && `${notStarted.length} had not started`,
  ];
  return `${parts.filter(Boolean).join("; ")}.`;
}

function allKept(count: number): string {
  return count === 1 ? "Its step was kept" : `All ${count} steps were kept`;
}

function running(count: number): string {
  return count === 1 ? "1 that was running" : `${count} that were running`;
}

function were(count: number): string {
  return count === 1 ? "was" : "were";
}
