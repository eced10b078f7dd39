/**
 * Focuses the field that a person has just opened, as its `ref`. It is the same function each time, so it takes the
 * focus once.
 */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
