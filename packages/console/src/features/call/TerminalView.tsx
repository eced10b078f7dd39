/** Shows what a command printed, in its colours, and the command itself. A program's text is data: nothing of it becomes markup. */
import { type ReactElement, useMemo } from "react";
import styles from "./TerminalView.module.css";
import { readTerminal } from "./terminal.ts";

export function TerminalView({
  command,
  cwd = null,
  output,
  end = null,
  isShort = false,
}: {
  readonly command?: string | null;
  /** Null for the workspace itself. */
  readonly cwd?: string | null;
  readonly output: string;
  /** How it ended, in words. */
  readonly end?: { readonly words: string; readonly isGood: boolean } | null;
  /** True for the newest lines of a command that runs. */
  readonly isShort?: boolean;
}): ReactElement {
  const { pieces, isCut } = useMemo(() => readTerminal(output.replace(/\n+$/, "")), [output]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no form's group; a name is all that it needs
    <div className={styles.terminal} data-terminal role="group" aria-label={isShort ? "Newest output" : "Output"}>
      {command && (
        <pre className={styles.command}>
          <span className={styles.prompt} aria-hidden="true">
            {cwd !== null && cwd !== "." ? `${cwd} ` : ""}${" "}
          </span>
          {command}
        </pre>
      )}
      {isCut && <p className={styles.note}>Only the end is shown.</p>}
      {pieces.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long output scrolls, so the keyboard must reach it
        <pre className={styles.output} data-short={isShort || undefined} tabIndex={0}>
          <code>
            {pieces.map(({ text, fg, bg, style }, index) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
                key={index}
                data-fg={fg ?? undefined}
                data-bg={bg ?? undefined}
                data-style={style || undefined}
              >
                {text}
              </span>
            ))}
          </code>
        </pre>
      )}
      {end && (
        <p className={styles.end} data-good={end.isGood || undefined}>
          {end.words}
        </p>
      )}
    </div>
  );
}
