/** Describes a timing in words, for bots. */
import type { ScheduleTiming } from "@reef/protocol/schedule";

export function timingWords(timing: ScheduleTiming): string {
  switch (timing.kind) {
    case "at":
      return `once, at ${timing.at}`;
    case "every":
      return `every ${timing.seconds % 60 === 0 ? `${timing.seconds / 60} minutes` : `${timing.seconds} seconds`}`;
    case "cron":
      return `by “${timing.pattern}” in ${timing.timeZone}`;
  }
}
