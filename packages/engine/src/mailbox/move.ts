/** Reorders waiting messages for a person, by the same rule in every store (MB3). */
import { AppError } from "@reef/protocol/error";
import type { MessageId } from "@reef/protocol/ids";
import type { MessageMove } from "@reef/protocol/message";

/**
 * Returns the new ranks of the messages between where `id` was and where it goes. `waiting` holds the waiting messages,
 * first to last.
 */
export function ranksAfterMove(
  waiting: readonly { readonly id: MessageId; readonly rank: number }[],
  { id, to }: { readonly id: MessageId; readonly to: MessageMove },
): ReadonlyMap<MessageId, number> {
  const moved = waiting.find((each) => each.id === id);
  const besideId = "before" in to ? to.before : to.after;
  const beside = waiting.find((each) => each.id === besideId);
  if (moved === undefined || beside === undefined) {
    throw new AppError(
      "conflict",
      "only a waiting message can be moved, before or after another waiting message of its session",
    );
  }
  if (moved === beside) return new Map();
  const others = waiting.filter((each) => each !== moved);
  const index = others.indexOf(beside) + ("before" in to ? 0 : 1);
  const ordered = others.toSpliced(index, 0, moved);
  // The set of ranks stays the same, so that the session keeps its place among the others.
  return new Map(
    ordered.flatMap((each, at) => {
      const rank = waiting[at]?.rank;
      return rank === undefined || rank === each.rank ? [] : [[each.id, rank]];
    }),
  );
}
