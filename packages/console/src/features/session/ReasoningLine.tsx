/** Folds what a model thought before it answered to one line: it isn't part of the answer, and rarely read. */
import type { Entry } from "@reef/protocol/entry";
import { ChevronRight } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./ReasoningLine.module.css";
import { reasoningWords } from "./reasoning-words.ts";
import steps from "./ToolCall.module.css";
import { useUnfolded } from "./unfolded.ts";

export function ReasoningLine({
  entry,
  isInRun = false,
}: {
  readonly entry: Entry;
  readonly isInRun?: boolean | undefined;
}): ReactElement | null {
  const [isShown, setShown] = useUnfolded(`reasoning-${entry.id}`, false);
  const text = entry.reasoning?.trim() ?? "";
  if (text === "") return null;
  return (
    <div className={steps.step} data-in-run={isInRun || undefined}>
      <button type="button" className={steps.line} aria-expanded={isShown} onClick={() => setShown(!isShown)}>
        <Icon icon={ChevronRight} size={14} className={steps.chevron} />
        <span className={steps.verb}>Reasoning</span>
        {!isShown && (
          <span className={`${shapes.cut} ${steps.about}`} dir="auto">
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
