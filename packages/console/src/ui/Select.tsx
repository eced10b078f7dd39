/**
 * Shows the one select: a button and a menu in the page's own look, with the browser's keys, typing ahead and words for a screen
 * reader. In a Field it is as wide as the field.
 */
import type { ComponentProps, ReactElement } from "react";
import { joinClasses } from "./join-classes.ts";
import styles from "./Select.module.css";

export type SelectOption<Value extends string> = readonly [value: Value, words: string];

export interface SelectProps<Value extends string>
  extends Omit<
    ComponentProps<"select">,
    "value" | "defaultValue" | "onChange" | "onSelect" | "children" | "multiple" | "size"
  > {
  readonly options: readonly SelectOption<Value>[];
  /** After the options, each under its heading. */
  readonly groups?: readonly { readonly label: string; readonly options: readonly SelectOption<Value>[] }[];
  readonly value?: Value;
  readonly defaultValue?: Value | undefined;
  readonly onChoose?: (value: Value) => void;
}

export function Select<Value extends string>({
  options,
  groups = [],
  onChoose,
  className,
  ...rest
}: SelectProps<Value>): ReactElement {
  return (
    <select
      {...rest}
      className={joinClasses(styles.select, className)}
      {...(onChoose && { onChange: (event) => onChoose(event.target.value as Value) })}
    >
      {options.map(toOption)}
      {groups.map(({ label, options: own }) => (
        <optgroup key={label} label={label}>
          {own.map(toOption)}
        </optgroup>
      ))}
    </select>
  );
}

function toOption([value, words]: SelectOption<string>): ReactElement {
  return (
    <option key={value} value={value}>
      {words}
    </option>
  );
}
