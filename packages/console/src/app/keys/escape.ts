/**
 * Whether Esc is for something that is open, chosen or being written: then it must cost no turn. Asked before anything on
 * the page has taken the press, while what it will close is still there.
 */

const open = 'dialog[open], [role="menu"], [role="listbox"], [role="dialog"], [data-keeps-escape]';
const field = "input, textarea, select, [contenteditable]";

export function isEscapeTaken(event: KeyboardEvent): boolean {
  // A composition of a letter is ended by it.
  if (event.isComposing || event.keyCode === 229) return true;
  if (document.fullscreenElement !== null || document.querySelector(open) !== null) return true;
  // A field other than the composer has its own: a filter is emptied, an edit is dropped. The find bar is closed by the page.
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(field) && !target.closest("[data-composer], search")) return true;
  return document.querySelector(":popover-open") !== null;
}

/** Text marked on the page is let go of. False when none was. */
export function letGoOfSelection(): boolean {
  const selection = getSelection();
  // A caret in the composer is a selection as well, and one without words.
  if (!selection || selection.isCollapsed || selection.toString().trim() === "") return false;
  if (selection.anchorNode?.parentElement?.closest("form, textarea")) return false;
  selection.removeAllRanges();
  return true;
}
