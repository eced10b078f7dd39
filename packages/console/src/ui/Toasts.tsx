/** Shows toasts and announces them politely, so that a screen reader reads what a toast says and what can be undone. */
import { X } from "lucide";
import type { ReactElement } from "react";
import { Button } from "./Button.tsx";
import { useCell } from "./cell.ts";
import { Icon } from "./Icon.tsx";
import { Sign } from "./Sign.tsx";
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
        <div key={id} className={styles.toast}>
          {tone === "failed" && <Sign status="failed" />}
          <span className={styles.text} dir="auto">
            {text}
          </span>
          {action && (
            <Button
              isSmall
              onClick={() => {
                action.run();
                putAway(id);
              }}
            >
              {action.label}
            </Button>
          )}
          <Button look="quiet" isSquare isSmall aria-label="Dismiss" onClick={() => putAway(id)}>
            <Icon icon={X} size={14} />
          </Button>
        </div>
      ))}
    </div>
  );
}
