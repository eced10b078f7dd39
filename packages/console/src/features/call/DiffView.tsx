/** Draws a diff by lines: signs and shades say what was removed and added, so that it can be read without colour. */
import type { ReactElement } from "react";
import styles from "./DiffView.module.css";
import type { DiffLine } from "./diff-lines.ts";

const signByKind = { same: " ", removed: "−", added: "+", gap: "" } as const;

export function DiffView({
  lines,
  label,
}: {
  readonly lines: readonly DiffLine[];
  readonly label: string;
}): ReactElement {
  if (lines.length === 0) return <p className={styles.none}>No lines changed.</p>;
  const hasNumbers = lines.some(({ before, after }) => before !== null || after !== null);
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no form's group; a name is all that it needs
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long diff scrolls, so the keyboard must reach it
    <div className={styles.diff} role="group" aria-label={label} tabIndex={0}>
      <div className={styles.lines} data-numbers={hasNumbers || undefined}>
        {lines.map(({ kind, text, before, after }, index) =>
          kind === "gap" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
            <div key={index} className={styles.gap}>
              … {text}
            </div>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <Line key={index} kind={kind} text={text} number={hasNumbers ? (after ?? before) : null} />
          ),
        )}
      </div>
    </div>
  );
}

function Line({
  kind,
  text,
  number,
}: {
  readonly kind: Exclude<DiffLine["kind"], "gap">;
  readonly text: string;
  readonly number: number | null;
}): ReactElement {
  const Mark = kind === "removed" ? "del" : kind === "added" ? "ins" : "span";
  return (
    <div className={styles.line} data-kind={kind}>
      {number !== null && (
        <span className={styles.number} aria-hidden="true">
          {number}
        </span>
      )}
      <span className={styles.sign} aria-hidden="true">
        {signByKind[kind]}
      </span>
      <Mark className={styles.text}>{text || "\u200b"}</Mark>
    </div>
  );
}
