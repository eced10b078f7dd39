/**
 * Reads many items in batches with pauses between them. Reads are quick but synchronous underneath, so thousands in one
 * go would hold up all other requests.
 */
import type { Clock } from "../port/clock.ts";

const batchSize = 200;

/** Returns the result of `read` for each item, in their order. */
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

/** Call between two pages of a long list. */
export async function breathe(clock: Clock): Promise<void> {
  await clock.sleep(0);
}
