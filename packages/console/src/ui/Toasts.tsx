/** Shows toasts and announces them politely, so that a screen reader reads what a toast says and what can be undone. */

import type { ReactElement } from "react";
import { useCell } from "./cell.ts";
import styles from "./Toasts.module.css";
import { useToasts } from "./use-toasts.ts";

export function Toasts(): ReactElement {
  const toasts = useToasts();
  const items = useCell(toasts.items);
  // The pressed button disappears with its toast, and would take the focus with it.
  const putAway = (id: number): void => {
    toasts.dismiss(id);
    document.querySelector<HTMLElement>("[data-composer]")?.focus();
  };
  return (
    <div
      className={styles.stack}
      role="status"
      aria-live="polite"
      onPointerEnter={() => toasts.hold(true)}
      onPointerLeave={() => toasts.hold(false)}
      onFocus={() => toasts.hold(true)}
      onBlur={() => toasts.hold(false)}
    >
      {items.map(({ id, text, tone, action }) => (
        <div key={id} className={styles.toast} data-tone={tone}>
          <span className={styles.text} dir="auto">
            {text}
          </span>
          {action && (
            <button
              type="button"
              className={styles.action}
              onClick={() => {
                action.run();
                putAway(id);
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" className={styles.close} aria-label="Dismiss" onClick={() => putAway(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
