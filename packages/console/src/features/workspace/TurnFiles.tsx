/**
 * Names the files that a turn created or changed, below its final answer: each opens in the panel. Shown for bots with a box, once
 * the snapshot after the turn is there.
 */
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { TurnId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect } from "react";
import { entriesQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { showTab, toggleRightPanel } from "../../data/right-panel.ts";
import { countOf } from "../../ui/count.ts";
import shapes from "../../ui/Shapes.module.css";
import { FileSign } from "../attachment/FileSign.tsx";
import { nameOf } from "./paths.ts";
import styles from "./TurnFiles.module.css";
import { openFile } from "./use-open-file.ts";
import { changedTurnsQuery, changesQuery } from "./workspace-queries.ts";

const most = 6;

/** Draws nothing but for the final answer of a turn that used a tool. */
export function TurnFiles({ entry, bot }: { readonly entry: Entry; readonly bot: Bot }): ReactElement | null {
  const { reads } = useReef();
  const { turnId, seq, sessionId } = entry;
  const { data: isLast } = useQuery({
    ...entriesQuery(reads, sessionId),
    select: ({ items }) => isLastOfWork(items, { turnId, seq }),
  });
  return isLast && turnId !== null ? <ChangedFiles bot={bot} turnId={turnId} /> : null;
}

export function isLastOfWork(
  items: readonly Entry[],
  { turnId, seq }: { readonly turnId: TurnId | null; readonly seq: number },
): boolean {
  const own = items.filter((each) => each.turnId === turnId && (each.kind === "bot" || each.kind === "tool_result"));
  return own.at(-1)?.seq === seq && own.some(({ kind }) => kind === "tool_result");
}

function ChangedFiles({ bot, turnId }: { readonly bot: Bot; readonly turnId: TurnId }): ReactElement | null {
  const { reads, rightPanel } = useReef();
  const { data: turns, refetch } = useQuery(changedTurnsQuery(reads, bot.id));
  const isKnown = turns?.some(({ id }) => id === turnId) ?? true;
  useEffect(() => {
    // The snapshot is taken a moment after the turn's final answer.
    if (isKnown) return;
    const timer = setTimeout(() => void refetch(), 1_500);
    return () => clearTimeout(timer);
  }, [isKnown, refetch]);
  const turn = turns?.find(({ id, isRunning }) => id === turnId && !isRunning);
  const { data: changes } = useQuery({ ...changesQuery(reads, bot.id, turnId), enabled: turn !== undefined });
  const files = changes?.files.filter(({ kind }) => kind === "file") ?? [];
  if (files.length === 0) return null;
  const showAll = (): void => {
    rightPanel.file.set(null);
    showTab(rightPanel, "files");
    if (!rightPanel.isShown.get()) toggleRightPanel(rightPanel);
  };
  return (
    <ul className={`${shapes.bare} ${styles.files}`} aria-label="Files of this turn">
      {files.slice(0, most).map(({ path, change }) => (
        <li key={path}>
          <button
            type="button"
            className={styles.chip}
            title={`${path}, ${change}`}
            disabled={change === "deleted"}
            onClick={() => openFile({ rightPanel }, path)}
          >
            <span className={styles.sign}>
              <FileSign name={nameOf(path)} />
            </span>
            <span className={`${shapes.cut} ${styles.name}`} dir="auto">
              {nameOf(path)}
            </span>
            <span className={shapes.meta}>{change}</span>
          </button>
        </li>
      ))}
      {files.length > most && (
        <li>
          <button type="button" className={styles.chip} onClick={showAll}>
            {countOf(files.length - most, "more file")}
          </button>
        </li>
      )}
    </ul>
  );
}
