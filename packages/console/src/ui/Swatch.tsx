/** Shows the color of a topic as a bar before its name: no state has that form. */
import type { CSSProperties, ReactElement } from "react";
import styles from "./Swatch.module.css";
import { topicColor } from "./topic-color.ts";

export function Swatch({ color }: { readonly color: string }): ReactElement {
  return <i className={styles.bar} style={{ "--topic": topicColor(color) } as CSSProperties} aria-hidden="true" />;
}
