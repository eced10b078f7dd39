/**
 * Shows a modal dialog with the browser's own element: it traps focus, makes the page inert, closes on Esc and gives
 * focus back, all without injected styles, which the page's policy forbids.
 */
import { X } from "lucide";
import { type ReactElement, type ReactNode, useId, useRef } from "react";
import { Boundary } from "./Boundary.tsx";
import { Button } from "./Button.tsx";
import styles from "./Dialog.module.css";
import { Icon } from "./Icon.tsx";
import shapes from "./Shapes.module.css";
import { useModal } from "./use-modal.ts";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly width?: "normal" | "wide";
  /** The element with `data-first` gets the focus. */
  readonly children: ReactNode;
  /** True for a dialog whose first field already says what it is for. */
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
  useModal(element);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog is an extra; Esc is the key for it
    <dialog
      ref={element}
      className={`${shapes.card} ${styles.dialog}`}
      data-width={width}
      data-look={isTitleHidden ? undefined : "sheet"}
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
        <header className={isTitleHidden ? shapes.hidden : styles.head}>
          <h2 id={titleId} className={shapes.title} dir="auto">
            {title}
          </h2>
          {!isTitleHidden && (
            <Button look="quiet" isSquare aria-label="Close" onClick={onClose}>
              <Icon icon={X} />
            </Button>
          )}
        </header>
        <Boundary what="This dialog" onClose={onClose}>
          {children}
        </Boundary>
      </div>
    </dialog>
  );
}
