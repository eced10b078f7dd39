/** What a memory says; a long one is cut until a person asks for all of it. */
import { type ReactElement, useState } from "react";
import styles from "./Memory.module.css";

const shownLength = 480;

export function MemoryText({ text }: { readonly text: string }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  // A few words more are not worth a press.
  const isLong = text.length > shownLength * 1.25;
  return (
    <>
      <p className={styles.text}>{isLong && !isWhole ? `${text.slice(0, shownLength).trimEnd()}…` : text}</p>
      {isLong && (
        <button type="button" className={styles.textButton} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show less" : "Show all"}
        </button>
      )}
    </>
  );
}
