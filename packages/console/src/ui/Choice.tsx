/** Lets a person choose one of a few ways to show a screen, side by side. */
import type { ReactElement } from "react";
import styles from "./Choice.module.css";
import shapes from "./Shapes.module.css";

export function Choice<Value extends string | number>({
  label,
  options,
  value,
  onChoose,
}: {
  readonly label: string;
  readonly options: readonly (readonly [Value, string])[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}): ReactElement {
  return (
    <fieldset className={styles.choice}>
      <legend className={shapes.hidden}>{label}</legend>
      {options.map(([each, words]) => (
        <button key={each} type="button" aria-pressed={each === value} onClick={() => onChoose(each)}>
          {words}
        </button>
      ))}
    </fieldset>
  );
}
