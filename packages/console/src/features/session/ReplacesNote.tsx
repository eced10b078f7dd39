/** Says what sending again replaces, and what of it can't be undone. */
import { tellsByTool } from "@reef/protocol/own-tools.generated";
import type { ReactElement } from "react";
import styles from "./ReplacesNote.module.css";
import type { Replaces } from "./rewinding.ts";

const mostNames = 5;

export function ReplacesNote({
  replaces: { count, tools },
  isRunning,
}: {
  readonly replaces: Replaces;
  readonly isRunning: boolean;
}): ReactElement {
  const names = tools.slice(0, mostNames).join(", ") + (tools.length > mostNames ? " and others" : "");
  return (
    <p className={styles.note}>
      Replaces {count === 1 ? "1 entry" : `${count.toLocaleString("en-US")} entries`}; they stay in the transcript.
      {isRunning && " The turn that is running stops first."}
      {tools.length > 0 && ` What tools did isn't undone: ${names}.`}
      {tools.some((name) => tellsByTool[name] === "child") && " Sub-agents that were started keep running."}
    </p>
  );
}
