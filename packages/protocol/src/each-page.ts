/**
 * Reads a list from its first page to its last. It is separate from the schemas because the console uses it without
 * zod.
 */
import type { Page } from "./page.ts";

/**
 * Yields the items of each page, in order; an empty list has one page without items. Contract: a page is read when it
 * is asked for, so leaving the loop reads no further. `between` is awaited before every page but the first. Rejects as
 * `read` does.
 */
export async function* eachPage<Item>(
  read: (cursor: string | null) => Promise<Page<Item>>,
  between?: () => Promise<unknown>,
): AsyncGenerator<readonly Item[], void> {
  let page = await read(null);
  yield page.items;
  while (page.next !== null) {
    await between?.();
    page = await read(page.next);
    yield page.items;
  }
}
