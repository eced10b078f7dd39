/**
 * Holds keys that were pressed while the code they are meant for was loading, as steps in order. Afterwards they go to
 * the opened part and nowhere else: if it has not taken the focus, they are dropped. Enter reaches a field or a list but
 * never a button: nothing is confirmed that could not be read yet.
 */

/** A text that was typed, or a key that does something. */
export type HeldStep = { readonly text: string } | { readonly key: string };

const framesToFocus = 30;
const holdSelector = "[data-held-keys]";
const keysThatAct = /^(Enter|Arrow(Up|Down|Left|Right)|Home|End|PageUp|PageDown)$/;

/** True if the key is kept as a step of its own; the others edit the held text. */
export function isKeyThatActs(key: string): boolean {
  return keysThatAct.test(key);
}

export function addHeld(steps: readonly HeldStep[], text: string, key?: string): readonly HeldStep[] {
  return [...steps, ...(text === "" ? [] : [{ text }]), ...(key === undefined ? [] : [{ key }])];
}

/**
 * Resolves when the input method has finished writing into the held keys: removing the field earlier would cut it off.
 */
export async function whenComposed(): Promise<void> {
  const field = document.querySelector(`${holdSelector}[data-composing]`);
  if (!field) return;
  await new Promise<void>((resolve) => {
    for (const type of ["compositionend", "blur"]) field.addEventListener(type, () => resolve(), { once: true });
  });
}

/** `into` is a selector of the opened part. Waits some frames until the focus is in it. */
export async function replayHeld(steps: readonly HeldStep[], into: string): Promise<void> {
  for (const step of steps) {
    const target = await focusedWithin(`${into}, ${holdSelector}`);
    if (!target) return;
    if ("key" in step) pressKey(target, step.key);
    else writeText(target, step.text);
    await new Promise((resolve) => setTimeout(resolve, 0)); // the results are drawn before Enter chooses one
  }
}

async function focusedWithin(selector: string): Promise<HTMLElement | null> {
  for (let frame = 0; frame < framesToFocus; frame++) {
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && activeElement.closest(selector)) return activeElement;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return null;
}

function writeText(target: HTMLElement, text: string): void {
  if (target instanceof HTMLSelectElement) chooseByText(target, text);
  else if (isField(target)) insertText(target, text);
  else for (const char of text) pressKey(target, char);
}

/** Inserts text as a browser's own typing does: it can be undone, and the page gets its events. */
function insertText(target: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  if (document.execCommand("insertText", false, text)) return;
  target.setRangeText(text, target.selectionStart ?? 0, target.selectionEnd ?? 0, "end");
  target.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
}

function chooseByText(target: HTMLSelectElement, text: string): void {
  const wanted = text.toLowerCase();
  const option = [...target.options].find((each) => each.text.toLowerCase().startsWith(wanted));
  if (!option || option.selected) return;
  option.selected = true;
  target.dispatchEvent(new Event("change", { bubbles: true }));
}

function pressKey(target: HTMLElement, key: string): void {
  if (key === "Enter" && target instanceof HTMLButtonElement) return;
  const press = new KeyboardEvent("keydown", { key, code: key, bubbles: true, cancelable: true });
  const isTaken = !target.dispatchEvent(press);
  if (!isTaken && key === "Enter" && target instanceof HTMLInputElement) target.form?.requestSubmit();
}

function isField(target: HTMLElement): target is HTMLInputElement | HTMLTextAreaElement {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
}
