/**
 * Shows a box or a dot with its words, which are part of the click target. As an option it has a frame that shows what
 * is chosen.
 */
import type { ComponentProps, ReactElement, ReactNode } from "react";
import styles from "./Form.module.css";
import { joinClasses } from "./join-classes.ts";
import shapes from "./Shapes.module.css";

export interface CheckProps extends Omit<ComponentProps<"input">, "type" | "className" | "children"> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** One of several, of which one is chosen. */
  readonly isRadio?: boolean;
  readonly look?: "line" | "option";
  readonly className?: string;
}

export function Check({
  label,
  hint,
  isRadio = false,
  look = "line",
  className,
  title,
  ...input
}: CheckProps): ReactElement {
  const isOption = look === "option";
  return (
    <label
      className={joinClasses(isOption ? shapes.option : undefined, isOption ? styles.option : styles.check, className)}
      data-chosen={input.checked || undefined}
      title={title}
    >
      <input {...input} type={isRadio ? "radio" : "checkbox"} />
      <span>
        {label}
        {hint && <span className={styles.hint}>{isOption ? hint : <> · {hint}</>}</span>}
      </span>
    </label>
  );
}
