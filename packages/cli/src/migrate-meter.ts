/** Shows how far a move is: one line that changes in a terminal, a plain line now and then elsewhere. */
import type { MoveProgress } from "@reef/store/move/move";

export interface Terminal {
  print(text: string): void;
  /** Replaces the last line; null where nothing can be replaced. */
  readonly replace: ((text: string) => void) | null;
}

const replaceEveryMs = 100;
const printEveryMs = 5_000;
/** Before this, a speed says little. */
const leastMs = 1_000;

const textByPhase = {
  copy: "copying",
  "catch up": "copying what changed",
  finish: "finishing",
  verify: "verifying",
} as const;

/** Tables are verified one by one, each when it is finished: that is no news. */
const stageOf = (phase: MoveProgress["phase"]) => (phase === "verify" ? "finish" : phase);

export function createMeter({ terminal, steadyMs }: { readonly terminal: Terminal; readonly steadyMs: () => number }) {
  let stage: ReturnType<typeof stageOf> | null = null;
  let startedAt = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  let isOpen = false;
  const end = () => {
    if (isOpen) terminal.replace?.("");
    isOpen = false;
  };
  const show = (progress: MoveProgress) => {
    const now = steadyMs();
    const isNew = stageOf(progress.phase) !== stage;
    if (isNew) {
      stage = stageOf(progress.phase);
      startedAt = now;
      if (stage === "wait") {
        end();
        terminal.print("Reef still runs: stop it now (every worker), and the move finishes by itself.");
      }
    }
    if (progress.phase === "wait") return;
    const everyMs = terminal.replace === null ? printEveryMs : replaceEveryMs;
    if (!isNew && now - shownAt < everyMs) return;
    shownAt = now;
    const what = `${textByPhase[progress.phase]} ${progress.table}`;
    const text = progress.phase === "verify" ? what : `${what}: ${sayRows(progress, now - startedAt)}`;
    if (terminal.replace === null) terminal.print(text);
    else {
      isOpen = true;
      terminal.replace(text);
    }
  };
  return { show, end };
}

function sayRows({ done, total }: MoveProgress, tookMs: number): string {
  const rows = `${done.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} rows`;
  if (tookMs < leastMs || done === 0) return rows;
  return `${rows}, ${sayTime(((total - done) * tookMs) / done)} left`;
}

function sayTime(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
