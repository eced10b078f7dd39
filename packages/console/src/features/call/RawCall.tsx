/** Shows what a call was given, and what it returned, as they are. */
import type { ReactElement } from "react";
import styles from "./CallBody.module.css";
import type { CallBodyProps } from "./call-props.ts";

/** More is not read on a screen; the file beside it, or a download, has the whole. */
const mostLength = 100_000;

export function RawCall({ tool, result, waiting = "" }: CallBodyProps): ReactElement {
  const { name, input } = tool;
  return (
    <>
      {input !== undefined && (
        <Part label="Input" about={name} text={typeof input === "string" ? input : JSON.stringify(input, null, 2)} />
      )}
      {result ? <Part label="Output" text={result.text} /> : waiting && <p>{waiting}</p>}
    </>
  );
}

function Part({
  label,
  about,
  text,
}: {
  readonly label: string;
  readonly about?: string | undefined;
  readonly text: string;
}): ReactElement {
  return (
    <section aria-label={label}>
      <h3 className={styles.label}>
        {label} {about && <code>{about}</code>}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long output scrolls, so the keyboard must reach it */}
      <pre className={styles.text} tabIndex={0}>
        {text.slice(0, mostLength) || "(nothing)"}
        {text.length > mostLength && `\n… ${text.length - mostLength} more characters`}
      </pre>
    </section>
  );
}
