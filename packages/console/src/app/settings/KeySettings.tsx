/** Shows the whole key map: each row can be rebound, switched off, or reset, and a conflict is shown at both rows. */
import { type ReactElement, useEffect, useState } from "react";
import { applyChoices, bindingId, readChoices } from "../../data/keys/bindings.ts";
import { conflicts } from "../../data/keys/conflicts.ts";
import { eventToPress } from "../../data/keys/event-to-press.ts";
import { type KeyBinding, keyMap } from "../../data/keys/key-map.ts";
import { wordsByAction } from "../../data/keys/key-words.ts";
import { isMac, pressToLabel } from "../../data/keys/press-label.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { useCell } from "../../ui/cell.ts";
import shapes from "../../ui/Shapes.module.css";
import { withChoice, writeChoices } from "../keys/choose-keys.ts";
import styles from "./KeySettings.module.css";

export function KeySettings(): ReactElement {
  const { keys } = useReef();
  const bindings = useCell(keys);
  const [recording, setRecording] = useState<string | null>(null);
  const clashes = conflicts(bindings);
  const change = (id: string, presses: readonly string[] | null): void => {
    const choices = withChoice(readChoices(), { id, presses });
    writeChoices(choices);
    keys.set(applyChoices(choices));
  };
  const resetAll = (): void => {
    writeChoices({});
    keys.set(keyMap);
  };
  const isChanged = bindings.some((binding, at) => binding.presses !== keyMap[at]?.presses);
  return (
    <>
      <p className={styles.intro}>
        Click a shortcut, then press the new keys. In a browser tab, Ctrl/⌘ with a digit switches sessions instead of
        tabs. Alt with a digit does the same, and you can turn either off.
      </p>
      <ul className={shapes.bare}>
        {bindings.map((binding) => {
          const id = bindingId(binding);
          return binding.action === "session-nth" ? (
            <DigitRow key={id} binding={binding} onChange={(presses) => change(id, presses)} />
          ) : (
            <KeyRow
              key={id}
              binding={binding}
              clashes={clashes.get(id) ?? []}
              isRecording={recording === id}
              onRecord={(isOn) => setRecording(isOn ? id : null)}
              onChange={(presses) => change(id, presses)}
            />
          );
        })}
      </ul>
      <Button className={styles.end} disabled={!isChanged} onClick={resetAll}>
        Reset all keys
      </Button>
    </>
  );
}

function KeyRow({
  binding,
  clashes,
  isRecording,
  onRecord,
  onChange,
}: {
  readonly binding: KeyBinding;
  readonly clashes: readonly string[];
  readonly isRecording: boolean;
  readonly onRecord: (isOn: boolean) => void;
  readonly onChange: (presses: readonly string[] | null) => void;
}): ReactElement {
  const own = keyMap.find((row) => bindingId(row) === bindingId(binding));
  const isChanged = own?.presses !== binding.presses;
  return (
    <li className={styles.row} data-clash={clashes.length > 0 || undefined}>
      <span className={styles.label}>
        {wordsByAction[binding.action].label}
        {binding.where === "outside-text" && <span className={shapes.meta}> · outside text fields</span>}
        {binding.where === "in-list" && <span className={shapes.meta}> · in the session list</span>}
        {clashes.length > 0 && (
          <span className={styles.clash} role="alert">
            The same keys: {clashes.join(", ")}. The first in this list wins.
          </span>
        )}
      </span>
      {isRecording ? (
        <Recorder
          label={wordsByAction[binding.action].label}
          onDone={(press) => {
            onRecord(false);
            if (press) onChange([press]);
          }}
        />
      ) : (
        <button type="button" className={styles.press} onClick={() => onRecord(true)}>
          <span className={shapes.hidden}>Change the keys of {wordsByAction[binding.action].label}: </span>
          {binding.presses.length === 0 && <span className={styles.off}>Off</span>}
          {binding.presses
            .filter((press) => press !== "Shift+?")
            .map((press) => (
              <kbd key={press}>{pressToLabel(press)}</kbd>
            ))}
        </button>
      )}
      <Button
        look="quiet"
        isSmall
        className={styles.change}
        disabled={binding.presses.length === 0}
        aria-label={`Switch off: ${wordsByAction[binding.action].label}`}
        onClick={() => onChange([])}
      >
        Off
      </Button>
      <Button
        look="quiet"
        isSmall
        className={styles.change}
        disabled={!isChanged}
        aria-label={`Reset: ${wordsByAction[binding.action].label}`}
        onClick={() => onChange(null)}
      >
        Reset
      </Button>
    </li>
  );
}

/** Takes the next press, whatever it would do elsewhere. Esc alone changes nothing. */
function Recorder({
  label,
  onDone,
}: {
  readonly label: string;
  readonly onDone: (press: string | null) => void;
}): ReactElement {
  const { isRecordingKeys } = useReef();
  useEffect(() => {
    const stop = new AbortController();
    isRecordingKeys.set(true);
    const onKeyDown = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      const press = eventToPress(event, isMac);
      if (press) onDone(press === "Escape" ? null : press);
    };
    addEventListener("keydown", onKeyDown, { capture: true, signal: stop.signal });
    return () => {
      stop.abort();
      isRecordingKeys.set(false);
    };
  }, [isRecordingKeys, onDone]);
  return (
    <button
      type="button"
      className={styles.press}
      data-recording
      ref={(button) => button?.focus()}
      onBlur={() => onDone(null)}
    >
      <span role="status">
        Press the keys<span className={shapes.hidden}> for {label}</span>…
      </span>
    </button>
  );
}

const digitKinds = [
  { prefix: "$mod+", label: isMac ? "⌘ with a digit" : "Ctrl with a digit" },
  { prefix: "Alt+", label: isMac ? "⌥ with a digit" : "Alt with a digit" },
  { prefix: "KeyG ", label: "G, then a digit" },
] as const;

/** Nine keys each: bound together or not at all. */
function DigitRow({
  binding,
  onChange,
}: {
  readonly binding: KeyBinding;
  readonly onChange: (presses: readonly string[]) => void;
}): ReactElement {
  const all = keyMap.find((row) => bindingId(row) === bindingId(binding))?.presses ?? [];
  const kinds = digitKinds.filter(({ prefix }) => all.some((press) => press.startsWith(prefix)));
  const toggle = (prefix: string, isOn: boolean): void =>
    onChange(all.filter((press) => (press.startsWith(prefix) ? isOn : binding.presses.includes(press))));
  return (
    <li className={styles.row}>
      <span className={styles.label}>
        {wordsByAction[binding.action].label}
        {binding.where === "outside-text" && <span className={shapes.meta}> · outside text fields</span>}
      </span>
      {kinds.map(({ prefix, label }) => (
        <Check
          key={prefix}
          label={label}
          className={styles.digits}
          checked={binding.presses.some((press) => press.startsWith(prefix))}
          onChange={(event) => toggle(prefix, event.target.checked)}
        />
      ))}
    </li>
  );
}
