/**
 * A modal dialog on the browser's own element: it traps focus, makes the page inert, closes on Esc and gives focus
 * back, all without injected styles, which the page's policy forbids.
 */
import { type ReactElement, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Button } from "./Button.tsx";
import styles from "./Dialog.module.css";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly width?: "normal" | "wide";
  /** The element with `data-first` gets the focus. */
  readonly children: ReactNode;
  /** A dialog whose first field says what it is for needs no visible title. */
  readonly isTitleHidden?: boolean;
}

export function Dialog({
  title,
  onClose,
  children,
  width = "normal",
  isTitleHidden = false,
}: DialogProps): ReactElement {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // A layout effect, which ends while the dialog is still on the page: closed later, it could give no focus back.
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal();
    // The browser would take the first thing that can have the focus, which is the close button.
    dialog?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      dialog?.close();
      // Chromium gives the focus back without the caret: what is typed next would go nowhere.
      const focused = document.activeElement;
      if (!(focused instanceof HTMLElement)) return;
      focused.blur();
      focused.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog is an extra; Esc is the key for it
    <dialog
      ref={element}
      className={styles.dialog}
      data-width={width}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <div className={styles.inside}>
        <header className={isTitleHidden ? styles.hiddenHead : styles.head}>
          <h2 id={titleId} className={styles.title}>
            {title}
          </h2>
          {!isTitleHidden && (
            <Button look="quiet" isSquare aria-label="Close" onClick={onClose}>
              ×
            </Button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
