/**
 * Returns the next id in a list, in one direction and around its end, that passes the test; undefined when no other
 * does.
 */
export function nextInOrder<Id>(
  ids: readonly Id[],
  { from, step, test }: { readonly from: Id | null; readonly step: 1 | -1; readonly test: (id: Id) => boolean },
): Id | undefined {
  const start = from === null ? -1 : ids.indexOf(from);
  const origin = start < 0 && step < 0 ? 0 : start;
  for (let distance = 1; distance <= ids.length; distance++) {
    const id = ids[(origin + step * distance + ids.length * 2) % ids.length];
    if (id !== undefined && id !== from && test(id)) return id;
  }
  return undefined;
}
