/** Shows what was known of a turn's tool calls when the server died in it (TU3): done, unknown, not started. */
import type { CrashReceipt } from "@reef/protocol/turn";
import type { ReactElement } from "react";
import { Time } from "../../ui/Time.tsx";
import styles from "./CrashReceiptView.module.css";

export function CrashReceiptView({ receipt }: { readonly receipt: CrashReceipt }): ReactElement {
  return (
    <section className={styles.receipt} aria-label="Crash receipt">
      <h4 className={styles.title}>
        The server stopped in this turn <Time at={receipt.at} />
      </h4>
      <CrashedCalls receipt={receipt} />
    </section>
  );
}

/** Shows the receipt alone, for a place that has said what happened. */
export function CrashedCalls({ receipt }: { readonly receipt: CrashReceipt }): ReactElement {
  const { done, unknown, notStarted } = receipt;
  if (done.length + unknown.length + notStarted.length === 0) {
    return <p className={styles.none}>No tool call was running. The turn continued from its last step.</p>;
  }
  return (
    <dl className={styles.lists}>
      <Calls label="Done" words={done.map(({ name }) => name)} />
      <Calls label="Unknown" words={unknown.map(({ name, settledBy }) => `${name} (${wordBySettling[settledBy]})`)} />
      <Calls label="Not started" words={notStarted.map(({ name }) => name)} />
    </dl>
  );
}

const wordBySettling = { replay: "run again", ask: "you are asked", skip: "left as unknown" } as const;

function Calls({ label, words }: { readonly label: string; readonly words: readonly string[] }): ReactElement {
  return (
    <div className={styles.list}>
      <dt>{label}</dt>
      <dd dir="auto">{words.length === 0 ? "–" : words.join(", ")}</dd>
    </div>
  );
}
