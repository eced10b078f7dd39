/** Defines the messages between the main thread and the search thread. */
import type { FindRequest, Found } from "./search-index.ts";

export interface SearchOptions {
  readonly file: string;
  readonly storeFile: string;
}

export type ToSearch =
  | { readonly type: "find"; readonly number: number; readonly find: FindRequest }
  | { readonly type: "catchUp"; readonly hasDeleted: boolean }
  | { readonly type: "close" };

export type FromSearch =
  | { readonly number: number; readonly found: Found }
  | { readonly number: number; readonly failure: Error };
