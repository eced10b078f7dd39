/**
 * Describes a menu as plain data, made when it opens: the code that draws it is loaded only when a person reaches for
 * it.
 */
import type { ReactNode } from "react";

export type MenuEntry =
  | {
      readonly type: "item";
      readonly key: string;
      readonly label: ReactNode;
      readonly run: () => void;
      /** The keys that do the same. */
      readonly hint?: string | undefined;
      /** What it does, in two words. */
      readonly about?: string;
      readonly isCurrent?: boolean;
    }
  | { readonly type: "heading"; readonly key: string; readonly label: string }
  /** Text to read. */
  | { readonly type: "note"; readonly key: string; readonly label: ReactNode }
  | { readonly type: "line"; readonly key: string }
  | { readonly type: "menu"; readonly key: string; readonly label: string; readonly entries: readonly MenuEntry[] };
