/**
 * Reads of many things in batches, with room between them: reads are quick and synchronous underneath, so that thousands in one go
 * would hold up everybody else's requests.
 */
import type { Clock } from "../port/clock.ts";

const batchSize = 200;

/** What `read` gives for each, in their order. */
export async function readMany<Item, Found>(
  clock: Clock,
  items: readonly Item[],
  read: (item: Item) => Promise<Found>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let at = 0; at < items.length; at += batchSize) {
    if (at > 0) await breathe(clock);
    found.push(...(await Promise.all(items.slice(at, at + batchSize).map(read))));
  }
  return found;
}

/** Between two pages of a long list. */
export async function breathe(clock: Clock): Promise<void> {
  await clock.sleep(0);
}
