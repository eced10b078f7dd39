/** A person's order of a waiting line: the same rule for every store (MB3). */
import { AppError } from "@reef/protocol/error";
import type { MessageId } from "@reef/protocol/ids";
import type { MessageMove } from "@reef/protocol/message";

/** Of `id`, the messages that have to take another rank: those between where it stood and where it goes. `line` is the waiting line, first to last. */
export function ranksAfterMove(
  line: readonly { readonly id: MessageId; readonly rank: number }[],
  { id, to }: { readonly id: MessageId; readonly to: MessageMove },
): ReadonlyMap<MessageId, number> {
  const moved = line.find((each) => each.id === id);
  const besideId = "before" in to ? to.before : to.after;
  const beside = line.find((each) => each.id === besideId);
  if (moved === undefined || beside === undefined) {
    throw new AppError(
      "conflict",
      "only a waiting message can be moved, before or after another waiting message of its session",
    );
  }
  if (moved === beside) return new Map();
  const others = line.filter((each) => each !== moved);
  const place = others.indexOf(beside) + ("before" in to ? 0 : 1);
  const ordered = others.toSpliced(place, 0, moved);
  // The ranks of the line stay what they are, so that the session keeps its place among the others.
  return new Map(
    ordered.flatMap((each, at) => {
      const rank = line[at]?.rank;
      return rank === undefined || rank === each.rank ? [] : [[each.id, rank]];
    }),
  );
}
