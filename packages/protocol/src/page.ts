/** Defines pages of lists, each with an opaque cursor to the next one. */
import { z } from "zod";

export const maxPageLimit = 1000;

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Pass as `cursor` to get the page after this one; null at the end. */
  readonly next: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | null;
}

/** Returns the schema of a page of `item`. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
