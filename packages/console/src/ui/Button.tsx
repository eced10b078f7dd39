/** Draws the page's buttons: one look per weight, always a real button, never one that submits by accident. */
import type { ButtonHTMLAttributes, MouseEvent, ReactElement } from "react";
import styles from "./Button.module.css";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "plain" | "primary" | "quiet" | "danger";
  readonly isSquare?: boolean;
  /** Among the words of a row. */
  readonly isSmall?: boolean;
}

export function Button({
  look = "plain",
  isSquare = false,
  isSmall = false,
  className,
  type = "button",
  onClick,
  ...rest
}: ButtonProps): ReactElement {
  const classes = [styles.button, isSquare && styles.square, className].filter(Boolean).join(" ");
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    onClick?.(event);
    // The press may turn this same element into a submit button before the browser acts on it, as Stop becomes Test.
    if (type === "button") event.preventDefault();
  };
  return (
    <button
      type={type}
      data-look={look}
      data-size={isSmall ? "small" : undefined}
      className={classes}
      {...rest}
      onClick={press}
    />
  );
}
