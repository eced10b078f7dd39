/** ME8: shows a related word as the memory spells it, not as an index stems it. */

/** Returns the word of `text` that `found` stands for; `found` itself if none is like it. */
export function wordInText(found: string, text: string): string {
  const least = Math.max(3, Math.ceil(found.length * 0.6));
  let best = { word: found, shared: least - 1 };
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const shared = sharedStart(word, found);
    // Of words with the same beginning, the shortest wins: "boats" for "boat", before "boathouse".
    const isBetter = shared > best.shared || (shared === best.shared && word.length < best.word.length);
    if (shared >= least && isBetter) best = { word, shared };
  }
  return best.word;
}

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}
