/** Shows a bot's initial on a hue of its own, so that a column of names can be told apart at a glance. */
import type { ReactElement } from "react";
import styles from "./Avatar.module.css";

const hues = 8;

export function Avatar({
  name,
  seed,
  size = "normal",
}: {
  readonly name: string;
  readonly seed: string;
  readonly size?: "normal" | "small";
}): ReactElement {
  const initial = Array.from(name.trim())[0]?.toUpperCase() ?? "?";
  return (
    <span className={styles.avatar} data-hue={hueOf(seed || name)} data-size={size} aria-hidden="true">
      {initial}
    </span>
  );
}

function hueOf(seed: string): number {
  let sum = 0;
  for (const character of seed) sum = (sum * 31 + character.charCodeAt(0)) % 9973;
  return sum % hues;
}
