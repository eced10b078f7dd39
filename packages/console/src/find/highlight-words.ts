/**
 * Marks found words in the transcript without touching its elements: the browser paints ranges by name. The list is
 * virtual and its rows come and go, so the ranges are made anew whenever what is on the page changes.
 */
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
    const text = (node.textContent ?? "").toLowerCase();
    // A letter whose small form is longer would shift every place after it.
    if (text.length !== node.textContent?.length || !node.parentElement?.closest("[data-seq]")) continue;
    for (let at = text.indexOf(folded); at >= 0; at = text.indexOf(folded, at + folded.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + folded.length);
      ranges.push(range);
    }
  }
  return ranges;
}
