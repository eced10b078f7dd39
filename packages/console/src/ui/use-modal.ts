/** Opens the browser's own dialog over the page as long as it is mounted, and afterwards gives the focus back. */
import { type RefObject, useLayoutEffect } from "react";

/** The element with `data-first` gets the focus. */
export function useModal(element: RefObject<HTMLDialogElement | null>): void {
  // A layout effect, which ends while the dialog is still on the page: closed later, it could give no focus back.
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal();
    // The browser would focus the first element that can have the focus, which is the close button.
    dialog?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      dialog?.close();
      // Chromium gives the focus back without the caret: text typed next would be lost.
      const focused = document.activeElement;
      if (!(focused instanceof HTMLElement)) return;
      focused.blur();
      focused.focus({ preventScroll: true });
    };
  }, [element]);
}
