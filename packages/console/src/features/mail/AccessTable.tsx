/** Draws the table of bots: each row is a bot that acts, each column one whose sessions it would write to or read. */
import type { AccessPair } from "@reef/protocol/access";
import type { Bot } from "@reef/protocol/bot";
import { type KeyboardEvent, type ReactElement, useState } from "react";
import shapes from "../../ui/Shapes.module.css";
import styles from "./AccessMatrix.module.css";
import { AccessSigns, signOf, signWords } from "./AccessSigns.tsx";
import type { BotPair } from "./bot-pair.ts";

export interface AccessTableProps {
  readonly bots: readonly Bot[];
  readonly accessOf: (pair: BotPair) => AccessPair;
  readonly open: BotPair | null;
  readonly onOpen: (pair: BotPair) => void;
}

export function AccessTable({ bots, accessOf, open, onOpen }: AccessTableProps): ReactElement {
  const [at, setAt] = useState("0:0");
  const [row = 0, column = 0] = at.split(":").map(Number);
  // Fewer bots may be shown now than when the cell was left.
  const current = `${Math.min(row, bots.length - 1)}:${Math.min(column, bots.length - 1)}`;
  return (
    <div className={styles.scroll}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are pressed, and arrow keys move between them */}
      <table role="grid" className={styles.table} aria-label="Which bot may write to and read which" onKeyDown={move}>
        <thead>
          <tr>
            <td className={styles.corner}>Bot</td>
            {bots.map(({ id, name, private: isPrivate }) => (
              <th key={id} scope="col" className={styles.bot} title={isPrivate ? `${name}, private` : name}>
                <span className={shapes.cut} dir="auto">
                  {name}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bots.map((from, rowAt) => (
            <tr key={from.id}>
              <th scope="row" className={styles.row} title={from.name}>
                <span className={shapes.cut} dir="auto">
                  {from.name}
                </span>
              </th>
              {bots.map((to, columnAt) => {
                const place = `${rowAt}:${columnAt}`;
                return (
                  <td key={to.id}>
                    <Cell
                      pair={{ from, to }}
                      access={accessOf({ from, to })}
                      place={place}
                      isCurrent={current === place}
                      isOpen={open?.from.id === from.id && open.to.id === to.id}
                      onFocus={() => setAt(place)}
                      onPress={() => onOpen({ from, to })}
                    />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  readonly pair: BotPair;
  readonly access: AccessPair;
  readonly place: string;
  readonly isCurrent: boolean;
  readonly isOpen: boolean;
  readonly onFocus: () => void;
  readonly onPress: () => void;
}

function Cell({ pair, access, place, isCurrent, isOpen, onFocus, onPress }: CellProps): ReactElement {
  const [write, read] = [signOf(access.write), signOf(access.read)];
  const who =
    pair.from.id === pair.to.id ? `${pair.from.name}, its own sessions` : `${pair.from.name} → ${pair.to.name}`;
  return (
    <button
      type="button"
      className={styles.cell}
      data-place={place}
      data-quiet={(write === "allowed" && read === "allowed") || undefined}
      tabIndex={isCurrent ? 0 : -1}
      aria-pressed={isOpen}
      aria-label={`${who}: writing ${signWords[write]}, reading ${signWords[read]}`}
      title={`${who}\nWriting: ${access.write.text}\nReading: ${access.read.text}`}
      onFocus={onFocus}
      onClick={onPress}
    >
      <AccessSigns write={write} read={read} />
    </button>
  );
}

const stepByKey: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function move(event: KeyboardEvent<HTMLTableElement>): void {
  const place = (event.target as HTMLElement).dataset.place;
  if (place === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const [row = 0, column = 0] = place.split(":").map(Number);
  const table = event.currentTarget;
  const last = table.rows.length - 2;
  const step = stepByKey[event.key];
  const next =
    step !== undefined
      ? [row + step[0], column + step[1]]
      : event.key === "Home"
        ? [row, 0]
        : event.key === "End"
          ? [row, last]
          : null;
  if (next === null) return;
  event.preventDefault();
  table.querySelector<HTMLElement>(`[data-place="${next[0]}:${next[1]}"]`)?.focus();
}
