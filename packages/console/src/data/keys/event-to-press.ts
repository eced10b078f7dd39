/** Returns the press of an event in the table's notation; null for a modifier alone, which is the beginning of one. */
export function eventToPress(
  event: Pick<KeyboardEvent, "code" | "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
  isMac: boolean,
): string | null {
  if (["Control", "Meta", "Alt", "Shift", "AltGraph", "Dead", "Process"].includes(event.key) || event.code === "")
    return null;
  const parts: string[] = [];
  if (isMac ? event.metaKey : event.ctrlKey) parts.push("$mod");
  if (isMac ? event.ctrlKey : event.metaKey) parts.push(isMac ? "Control" : "Meta");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey) parts.push("Shift");
  return [...parts, event.code].join("+");
}
