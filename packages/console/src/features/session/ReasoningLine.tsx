/** Folds what a model thought before it answered to one line: it isn't part of the answer, and rarely read. */
import type { Entry } from "@reef/protocol/entry";
import type { ReactElement } from "react";
import shapes from "../../ui/Shapes.module.css";
import styles from "./ReasoningLine.module.css";
import { reasoningWords } from "./reasoning-words.ts";
import { useUnfolded } from "./unfolded.ts";

export function ReasoningLine({ entry }: { readonly entry: Entry }): ReactElement | null {
  const [isShown, setShown] = useUnfolded(`reasoning-${entry.id}`, false);
  const text = entry.reasoning?.trim() ?? "";
  if (text === "") return null;
  return (
    <div className={styles.reasoning}>
      <button type="button" className={styles.line} aria-expanded={isShown} onClick={() => setShown(!isShown)}>
        <span className={styles.arrow} aria-hidden="true">
          ▸
        </span>
        <span className={styles.label}>Reasoning</span>
        {!isShown && (
          <span className={`${shapes.cut} ${styles.words}`} dir="auto">
            {reasoningWords(text)}
          </span>
        )}
      </button>
      {isShown && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long reasoning scrolls, so the keyboard must reach it
        <section className={styles.text} aria-label="Reasoning" tabIndex={0}>
          {text}
        </section>
      )}
    </div>
  );
}
