/** Stands for rows that are still being read, with their own anatomy, fading downwards. Nothing shimmers. */
import type { ReactElement } from "react";
import styles from "./Bones.module.css";
import shapes from "./Shapes.module.css";

const fades = [1, 0.78, 0.56, 0.34, 0.16];

export function Bones({ look = "row" }: { readonly look?: "row" | "card" }): ReactElement {
  return (
    <div className={styles.bones} data-look={look}>
      <p className={shapes.hidden}>Loading…</p>
      {fades.map((opacity) => (
        <div key={opacity} className={styles.bone} style={{ opacity }} aria-hidden="true">
          <span />
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
