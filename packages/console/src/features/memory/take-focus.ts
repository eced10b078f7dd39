/** A `ref` for the field that a person has just asked for; the same function each time, so it takes the focus once. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
