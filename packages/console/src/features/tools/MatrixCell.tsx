/** Draws one cell of the table of bots and tools: its sign, and what a press makes of it. */
import { Check, Minus } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import { type Cell, nextChoice } from "./attachment.ts";
import styles from "./ToolMatrix.module.css";

const words: Readonly<Record<Cell, string>> = {
  off: "not allowed",
  on: "allowed",
  ask: "ask first",
  some: "some of them",
};

export interface MatrixCellProps {
  readonly cell: Cell;
  readonly label: string;
  /** Row and column. */
  readonly place: string;
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
  readonly onPress: () => void;
}

export function MatrixCell({ cell, label, place, isCurrent, onFocus, onPress }: MatrixCellProps): ReactElement {
  return (
    <button
      type="button"
      className={styles.cell}
      data-cell={cell}
      data-place={place}
      tabIndex={isCurrent ? 0 : -1}
      aria-label={`${label}: ${words[cell]}`}
      title={`${label}: ${words[cell]}. Press: ${words[nextChoice(cell)]}`}
      onFocus={onFocus}
      onClick={onPress}
    >
      <CellSign cell={cell} />
    </button>
  );
}

export function CellSign({ cell }: { readonly cell: Cell }): ReactElement | null {
  switch (cell) {
    case "on":
      return <Icon icon={Check} size={14} />;
    case "ask":
      return (
        <span className={styles.ask} aria-hidden="true">
          ask
        </span>
      );
    case "some":
      return <Icon icon={Minus} size={14} />;
    case "off":
      return null;
  }
}
