/**
 * Decides whether Esc is for something that is open, selected or being written: then it must not stop a turn. It runs
 * before anything on the page has handled the press, while the part that it closes is still there.
 */

const open = 'dialog[open], [role="menu"], [role="listbox"], [role="dialog"], [data-keeps-escape]';
const field = "input, textarea, select, [contenteditable]";

export function isEscapeTaken(event: KeyboardEvent): boolean {
  // Esc ends the composition of a letter.
  if (event.isComposing || event.keyCode === 229) return true;
  if (document.fullscreenElement !== null || document.querySelector(open) !== null) return true;
  // Other fields than the composer handle it themselves: a filter is emptied, an edit is dropped. The page closes the find
  // bar.
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(field) && !target.closest("[data-composer], search")) return true;
  return document.querySelector(":popover-open") !== null;
}

/** Clears the text selection. Returns false when there was none. */
export function letGoOfSelection(): boolean {
  const selection = getSelection();
  // A caret in the composer is a selection as well, but an empty one.
  if (!selection || selection.isCollapsed || selection.toString().trim() === "") return false;
  if (selection.anchorNode?.parentElement?.closest("form, textarea")) return false;
  selection.removeAllRanges();
  return true;
}
