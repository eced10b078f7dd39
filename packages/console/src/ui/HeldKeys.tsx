/**
 * Takes the place of something that was opened while its code is loading: it has the focus, so that no key reaches what is
 * behind it, and passes the typed text on. It is a real field, because input methods, paste and Backspace work in it by
 * themselves.
 */
import { type KeyboardEvent, type ReactElement, type RefObject, useLayoutEffect, useRef } from "react";
import styles from "./HeldKeys.module.css";
import { addHeld, type HeldStep, isKeyThatActs, replayHeld } from "./held-keys.ts";
import { useModal } from "./use-modal.ts";

export interface HeldKeysProps {
  /** A selector of the part that is opening; null when early keys are not for it. */
  readonly into: string | null;
  /** Keys to replay before the pressed ones. */
  readonly first?: readonly HeldStep[];
  /** Called when Esc was pressed, or the person went elsewhere: the part must not open any more. */
  readonly onCancel: () => void;
}

export function HeldKeys(props: HeldKeysProps): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus({ preventScroll: true }), []);
  return <HoldField {...props} field={field} leaves />;
}

/** Does the same for a dialog: what is behind it takes no clicks either, and a click cancels. */
export function HeldDialogKeys({ onCancel }: Pick<HeldKeysProps, "onCancel">): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useModal(dialog);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the key for it
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-label="Loading"
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
      onClick={onCancel}
    >
      <HoldField into="dialog[open]" onCancel={onCancel} field={field} />
      Loading…
    </dialog>
  );
}

function HoldField({
  into,
  first = [],
  onCancel,
  field,
  leaves = false,
}: HeldKeysProps & {
  readonly field: RefObject<HTMLInputElement | null>;
  /** True if the focus may go elsewhere, which cancels. */
  readonly leaves?: boolean;
}): ReactElement {
  const steps = useRef<readonly HeldStep[] | null>(first);
  useLayoutEffect(() => {
    const element = field.current;
    return () => {
      const held = steps.current && addHeld(steps.current, element?.value ?? "");
      steps.current = [];
      // The successor takes the focus in the same commit, which ends before a microtask.
      if (into !== null && held && held.length > 0) queueMicrotask(() => void replayHeld(held, into));
    };
  }, [field, into]);
  const cancel = (): void => {
    steps.current = null;
    onCancel();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      cancel();
    } else if (event.key === "Tab") {
      event.preventDefault(); // there is nowhere to go yet
    } else if (isKeyThatActs(event.key)) {
      event.preventDefault();
      const element = event.currentTarget;
      steps.current = steps.current && addHeld(steps.current, element.value, event.key);
      element.value = "";
    }
  };
  return (
    <input
      ref={field}
      className={styles.field}
      aria-label="Loading"
      autoComplete="off"
      data-first
      data-held-keys
      data-keeps-escape
      onKeyDown={onKeyDown}
      onCompositionStart={({ currentTarget }) => currentTarget.setAttribute("data-composing", "")}
      onCompositionEnd={({ currentTarget }) => currentTarget.removeAttribute("data-composing")}
      onBlur={({ relatedTarget }) => {
        if (leaves && relatedTarget) cancel();
      }}
    />
  );
}
