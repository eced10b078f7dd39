/**
 * Decides which answers of a question can be given without opening it. Those are sent after a few seconds in which they can
 * be undone; an answer that ends something for good is given on its card, with all its details.
 */
import type { Ask } from "@reef/protocol/ask";

export interface HomeAnswers {
  /** `opens`: it has an ellipsis, and leads to the card. */
  readonly options: readonly { readonly label: string; readonly opens: boolean }[];
  /** True if there are other answers, in words or too many to show here. */
  readonly hasMore: boolean;
}

const mostOptions = 3;
const longestOption = 24;

export function homeAnswers({ kind, options, freeText }: Pick<Ask, "kind" | "options" | "freeText">): HomeAnswers {
  const fits = options.length <= mostOptions && options.every(({ length }) => length <= longestOption);
  if (!fits || options.length === 0) return { options: [], hasMore: true };
  return {
    options: options.map((label) => ({ label, opens: kind !== "question" || says(label) })),
    hasMore: freeText,
  };
}

/** True if its own label says that there is more to it. */
function says(label: string): boolean {
  return /(…|\.\.\.)$/.test(label);
}
