/**
 * Shows a bot as two letters on a hue of its own, or as the emoji its name begins with, so that a column of names can be told apart at
 * a glance.
 */
import type { CSSProperties, ReactElement } from "react";
import styles from "./Avatar.module.css";
import { emojiOf, hueOf, lettersOf } from "./avatar-look.ts";

export function Avatar({
  name,
  seed,
  size = "normal",
}: {
  readonly name: string;
  readonly seed: string;
  readonly size?: "normal" | "small";
}): ReactElement {
  const emoji = emojiOf(name);
  return (
    <span
      className={styles.avatar}
      data-size={size}
      data-emoji={emoji !== null || undefined}
      style={{ "--hue": hueOf(seed || name) } as CSSProperties}
      aria-hidden="true"
    >
      {emoji ?? lettersOf(name)}
    </span>
  );
}
