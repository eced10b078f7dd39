/** Shows, in place of text that is still to come, what the model does, and for how long. */
import type { Bot } from "@reef/protocol/bot";
import type { Phase } from "@reef/protocol/socket";
import type { ReactElement } from "react";
import { isStale } from "../../data/live.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { BotRow } from "./EntryView.tsx";
import styles from "./PhaseRow.module.css";
import { phaseWords } from "./phase-words.ts";

export function PhaseRow({
  phase,
  bot,
  isHead,
}: {
  readonly phase: Phase;
  readonly bot: Bot | undefined;
  readonly isHead: boolean;
}): ReactElement | null {
  const { live, seconds } = useReef();
  const words = phaseWords(phase, useCell(seconds));
  // What it does now is unknown.
  const isUnheard = isStale(useCell(live.connection));
  if (words === null || isUnheard) return null;
  return (
    <BotRow bot={bot} at={null} isHead={isHead}>
      {/* The strip below announces it once; announced every second it would drown everything else. */}
      <p className={styles.phase} aria-live="off">
        {words}
      </p>
    </BotRow>
  );
}
