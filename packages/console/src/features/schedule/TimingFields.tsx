/** Edits the timing: four kinds, each with its own fields, their time zone, and the result in words. */
import { type ReactElement, useId } from "react";
import { Check } from "../../ui/Check.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./ScheduleDialog.module.css";
import { TimingText } from "./TimingText.tsx";
import {
  chooseKind,
  draftToTiming,
  everyDay,
  firstTimeOf,
  type IntervalUnit,
  secondsByUnit,
  type TimingDraft,
  type TimingKind,
  workdays,
} from "./timing-draft.ts";
import { momentWords, type Reader, relativeWords } from "./timing-words.ts";
import { findZone, wallToText } from "./zone-time.ts";

export interface TimingFieldsProps {
  readonly draft: TimingDraft;
  readonly reader: Reader;
  /** The server's next time, while the timing is as it was saved. */
  readonly savedNextAt: string | null;
  readonly error: string | null;
  readonly onChange: (draft: TimingDraft) => void;
}

const labelByKind: Readonly<Record<TimingKind, string>> = {
  once: "Once",
  every: "At intervals",
  days: "On certain days",
  cron: "Cron pattern",
};
const kinds: readonly TimingKind[] = ["once", "every", "days", "cron"];
const dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const weekFromMonday = [1, 2, 3, 4, 5, 6, 0];
const longestSeconds = 366 * 86_400;

export function TimingFields(props: TimingFieldsProps): ReactElement {
  const { draft, reader, error, onChange } = props;
  const name = useId();
  const change = (fields: Partial<TimingDraft>): void => onChange({ ...draft, ...fields });
  return (
    <fieldset className={`${form.plain} ${styles.timing}`}>
      <legend className={form.label}>When</legend>
      <div className={styles.kinds}>
        {kinds.map((kind) => (
          <Check
            key={kind}
            label={labelByKind[kind]}
            isRadio
            look="option"
            name={name}
            checked={kind === draft.kind}
            onChange={() => onChange(chooseKind(draft, kind))}
          />
        ))}
      </div>
      {draft.kind === "days" && <Days days={draft.days} onChange={(days) => change({ days })} />}
      <div className={styles.fields}>
        {draft.kind === "once" && (
          <Field label="Date and time">
            <input
              dir="auto"
              type="datetime-local"
              required
              min={wallToText(reader.zone.wallOf(reader.nowMs - 86_400_000))}
              value={draft.at}
              onChange={(event) => change({ at: event.target.value })}
            />
          </Field>
        )}
        {draft.kind === "every" && <Interval draft={draft} onChange={change} />}
        {draft.kind === "days" && (
          <Field label="Time">
            <input type="time" required value={draft.time} onChange={(event) => change({ time: event.target.value })} />
          </Field>
        )}
        {draft.kind === "cron" && (
          <Field label="Pattern" hint="minute, hour, day, month, weekday">
            <input
              className={styles.pattern}
              required
              maxLength={200}
              spellCheck={false}
              autoComplete="off"
              value={draft.pattern}
              aria-invalid={error !== null}
              onChange={(event) => change({ pattern: event.target.value })}
            />
          </Field>
        )}
        {draft.kind !== "every" && (
          <Field label="Time zone">
            <Select
              options={zoneNames(reader.zone.name, draft.timeZone).map(
                (zone) => [zone, zone.replaceAll("_", " ")] as const,
              )}
              value={draft.timeZone}
              onChoose={(chosen) => change({ timeZone: chosen })}
            />
          </Field>
        )}
      </div>
      {error && (
        <p className={form.problem} role="alert">
          {error}
        </p>
      )}
      <Preview {...props} />
    </fieldset>
  );
}

function Days({
  days,
  onChange,
}: {
  readonly days: readonly number[];
  readonly onChange: (days: readonly number[]) => void;
}): ReactElement {
  const key = days.join();
  const toggle = (day: number): void =>
    onChange(days.includes(day) ? days.filter((each) => each !== day) : [...days, day].sort((a, b) => a - b));
  return (
    <div className={styles.days}>
      <fieldset className={styles.week}>
        <legend className={shapes.hidden}>Days</legend>
        {weekFromMonday.map((day) => (
          <label key={day} className={styles.dayChoice} data-chosen={days.includes(day) || undefined}>
            <input type="checkbox" checked={days.includes(day)} onChange={() => toggle(day)} />
            {dayNames[day]}
          </label>
        ))}
      </fieldset>
      <button
        type="button"
        className={styles.preset}
        disabled={key === everyDay.join()}
        onClick={() => onChange(everyDay)}
      >
        Every day
      </button>
      <button
        type="button"
        className={styles.preset}
        disabled={key === workdays.join()}
        onClick={() => onChange(workdays)}
      >
        Weekdays
      </button>
    </div>
  );
}

function Interval({
  draft: { count, unit },
  onChange,
}: {
  readonly draft: TimingDraft;
  readonly onChange: (fields: Partial<TimingDraft>) => void;
}): ReactElement {
  // Seconds appear only where they were set by other means.
  const units: readonly IntervalUnit[] = [...(unit === "seconds" ? [unit] : []), "minutes", "hours", "days"];
  return (
    <>
      <Field label="Every">
        <input
          type="number"
          inputMode="numeric"
          required
          min={unit === "seconds" ? 60 : 1}
          max={Math.floor(longestSeconds / secondsByUnit[unit])}
          value={count}
          onChange={(event) => onChange({ count: event.target.value })}
        />
      </Field>
      <Field label="Unit">
        <Select
          options={units.map((each) => [each, each] as const)}
          value={unit}
          onChoose={(chosen) => onChange({ unit: chosen })}
        />
      </Field>
    </>
  );
}

function Preview({ draft, reader, savedNextAt }: TimingFieldsProps): ReactElement {
  const { nowMs, zone } = reader;
  const timing = draftToTiming(draft);
  if (timing === null) {
    const words = draft.kind === "days" && draft.days.length === 0 ? "Choose a day." : "Choose a time.";
    return (
      <p className={styles.preview} dir="auto">
        {words}
      </p>
    );
  }
  const nextMs = savedNextAt === null ? firstTimeOf(timing, nowMs) : Date.parse(savedNextAt);
  const timed = timing.kind === "cron" ? { ...timing, timeZone: draft.timeZone } : timing;
  const isElsewhere = draft.kind !== "every" && draft.timeZone !== zone.name;
  return (
    <div className={styles.preview} role="status">
      <TimingText timing={timed} reader={{ nowMs, zone: findZone(draft.timeZone) ?? zone }} />
      <span>
        {nextMs !== null
          ? `Next: ${momentWords(nextMs, reader)}${isElsewhere ? " your time" : ""}, ${relativeWords(nextMs, nowMs)}`
          : timing.kind === "at"
            ? "That time has passed."
            : "The next time is shown once the schedule is saved."}
      </span>
    </div>
  );
}

/** The reader's own zone and the selected one are listed even where the browser does not list them. */
function zoneNames(own: string, chosen: string): readonly string[] {
  return [...new Set([own, "UTC", chosen, ...Intl.supportedValuesOf("timeZone")])];
}
