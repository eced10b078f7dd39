/** Lays out what a call will do, or may have done: the command, the path, the change of a text, and every other argument. */
import type { AskCall } from "@reef/protocol/approval";
import type { ReactElement } from "react";
import styles from "./CallView.module.css";
import { layOut } from "./call-layout.ts";

export function CallView({ call }: { readonly call: AskCall }): ReactElement {
  const { lead, change, rest } = layOut(call.input);
  return (
    <div className={styles.call}>
      {lead !== null && (
        <pre className={styles.lead} dir="auto">
          {lead}
        </pre>
      )}
      {change !== null && (
        <div className={styles.change}>
          {change.before !== null && (
            <pre className={styles.before} dir="auto" title="Before">
              {change.before}
            </pre>
          )}
          <pre className={styles.after} dir="auto" title="After">
            {change.after}
          </pre>
        </div>
      )}
      {rest.length > 0 && (
        <dl className={styles.rest}>
          {rest.map(([name, value]) => (
            <div key={name} className={styles.argument}>
              <dt dir="auto">{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {lead === null && change === null && rest.length === 0 && <p className={styles.note}>It takes no arguments.</p>}
      {call.isCut && <p className={styles.note}>Long texts are cut here. The transcript has the whole call.</p>}
    </div>
  );
}
