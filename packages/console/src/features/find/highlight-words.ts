/**
 * Marks found words in the transcript without touching its elements: the browser paints ranges by name. The list is
 * virtual and its rows come and go, so the ranges are made again whenever the page changes.
 */
import { foldedRanges } from "./folded-ranges.ts";

const name = "reef-found";
const maxRanges = 2_000;

/** Ends when the signal aborts. A browser without highlights shows the found row alone. */
export function highlightWords(root: Element, folded: string, signal: AbortSignal): void {
  if (!("highlights" in CSS) || folded === "") return;
  let isScheduled = false;
  const paint = (): void => {
    isScheduled = false;
    if (!signal.aborted) CSS.highlights.set(name, new Highlight(...rangesOf(root, folded)));
  };
  const observer = new MutationObserver(() => {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(paint);
  });
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  signal.addEventListener("abort", () => {
    observer.disconnect();
    CSS.highlights.delete(name);
  });
  paint();
}

function rangesOf(root: Element, folded: string): readonly Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && ranges.length < maxRanges; node = walker.nextNode()) {
    if (!node.parentElement?.closest("[data-seq]")) continue;
    for (const [from, to] of foldedRanges(node.textContent ?? "", folded)) {
      const range = new Range();
      range.setStart(node, from);
      range.setEnd(node, to);
      ranges.push(range);
    }
  }
  return ranges;
}
