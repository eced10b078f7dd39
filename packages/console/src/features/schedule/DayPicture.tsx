/**
 * Draws the next 24 hours as a line with a mark for each time that something is due; the list below says the same in
 * words.
 */
import type { Schedule } from "@reef/protocol/schedule";
import { type ReactElement, useMemo } from "react";
import { countOf } from "../../ui/count.ts";
import styles from "./DayPicture.module.css";
import { type DayMark, dayMarks, quarterMs, shownMs } from "./day-marks.ts";
import type { Reader } from "./timing-words.ts";
import { clockText } from "./zone-time.ts";

const labelledHours = 3;
/** Limit of marks on top of each other in one quarter; the rest becomes a number. */
const stacked = 4;
const footPx = 32;
const stepPx = 8;

export function DayPicture({
  schedules,
  reader,
  pointedId,
}: {
  readonly schedules: readonly Schedule[];
  readonly reader: Reader;
  /** The schedule whose marks are highlighted. */
  readonly pointedId: Schedule["id"] | null;
}): ReactElement {
  const { nowMs } = reader;
  const fromMs = Math.floor(nowMs / quarterMs) * quarterMs;
  const { marks, ticks } = useMemo(() => dayMarks(schedules, fromMs), [schedules, fromMs]);
  const planned = new Set([...marks, ...ticks].flatMap((mark) => mark.schedules));
  const words = planned.size === 0 ? "nothing is due" : `${countOf(planned.size, "schedule")} due`;
  const isPointed = [...planned].some(({ id }) => id === pointedId);
  return (
    <figure className={styles.day}>
      <figcaption className={styles.caption}>
        <b>Next 24 hours</b> {words}
      </figcaption>
      <svg
        className={styles.picture}
        role="img"
        aria-label={`When messages are due in the next 24 hours: ${words}`}
        data-pointed={isPointed || undefined}
      >
        <line className={styles.ground} x1="0" x2="100%" y1={footPx + 6} y2={footPx + 6} />
        {hoursOf(reader).map(({ ms, label, isDay }) => (
          <g key={ms} className={styles.hour} data-day={isDay || undefined}>
            <line x1={place(ms, nowMs)} x2={place(ms, nowMs)} y1={isDay ? 0 : footPx + 2} y2={footPx + 9} />
            <text x={place(ms, nowMs)} y={footPx + 21} textAnchor="middle">
              {label}
            </text>
          </g>
        ))}
        <text className={styles.now} x="0" y={footPx + 21}>
          now
        </text>
        <line className={styles.nowLine} x1="0" x2="0" y1="0" y2={footPx + 9} />
        {ticks.map(({ atMs, schedules: often }) => (
          <line
            key={atMs}
            className={styles.tick}
            data-pointed={often.some(({ id }) => id === pointedId) || undefined}
            x1={place(Math.max(atMs, nowMs), nowMs)}
            x2={place(Math.max(atMs, nowMs), nowMs)}
            y1={footPx + 2}
            y2={footPx + 6}
          >
            <title>{wordsOf({ atMs, schedules: often }, reader)}</title>
          </line>
        ))}
        {marks.map((mark) => (
          <Mark
            key={mark.atMs}
            mark={mark}
            x={place(Math.max(mark.atMs, nowMs), nowMs)}
            words={wordsOf(mark, reader)}
            pointedId={pointedId}
          />
        ))}
      </svg>
    </figure>
  );
}

function wordsOf({ atMs, schedules }: DayMark, { zone }: Reader): string {
  const { hour, minute } = zone.wallOf(atMs);
  return `${clockText(hour, minute)} ${schedules.map(({ name }) => name).join(", ")}`;
}

interface Hour {
  readonly ms: number;
  readonly label: string;
  /** True at the start of a day. */
  readonly isDay: boolean;
}

/** Returns the hours with a label, except those whose label would run into an end. */
function hoursOf({ nowMs, zone }: Reader): readonly Hour[] {
  const hours: Hour[] = [];
  const [firstMs, endMs] = [nowMs + shownMs * 0.08, nowMs + shownMs * 0.985];
  for (let ms = Math.ceil(firstMs / quarterMs) * quarterMs; ms < endMs; ms += quarterMs) {
    const { hour, minute, year, month, day } = zone.wallOf(ms);
    if (minute !== 0 || hour % labelledHours !== 0) continue;
    const isDay = hour === 0;
    hours.push({ ms, label: isDay ? weekdayLabel(Date.UTC(year, month - 1, day)) : clockText(hour, 0), isDay });
  }
  return hours;
}

function weekdayLabel(utcMs: number): string {
  return new Date(utcMs).toLocaleDateString("en", { weekday: "short", timeZone: "UTC" });
}

function Mark({
  mark: { schedules },
  x,
  words,
  pointedId,
}: {
  readonly mark: DayMark;
  readonly x: string;
  readonly words: string;
  readonly pointedId: Schedule["id"] | null;
}): ReactElement {
  const shown = schedules.length > stacked ? schedules.slice(0, stacked - 1) : schedules;
  const rest = schedules.length - shown.length;
  return (
    <g className={styles.mark}>
      <title>{words}</title>
      {shown.map(({ id }, level) => (
        <circle key={id} cx={x} cy={footPx - level * stepPx} r="3.500" data-pointed={id === pointedId || undefined} />
      ))}
      {rest > 0 && (
        <text className={styles.rest} x={x} y={footPx - shown.length * stepPx + 3} textAnchor="middle">
          +{rest}
        </text>
      )}
    </g>
  );
}

function place(ms: number, nowMs: number): string {
  return `${(((ms - nowMs) / shownMs) * 100).toFixed(2)}%`;
}
