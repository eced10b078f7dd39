/** Says which sessions a hold covers (TU6). */
import type { Hold } from "@reef/protocol/hold";
import type { BotId, SessionId } from "@reef/protocol/ids";

interface Place {
  readonly id: SessionId;
  readonly botId: BotId;
  readonly rootId: SessionId;
}

export function isCovered({ scope, target }: Pick<Hold, "scope" | "target">, { id, botId, rootId }: Place): boolean {
  switch (scope.kind) {
    case "everything":
      return true;
    case "bot":
      return target === botId;
    case "tree":
      return target === rootId;
    case "session":
    case "turn":
      return target === id;
  }
}

/** Returns the narrowest hold that covers the session: the one a person thinks of first. */
export function holdOf(holds: readonly Hold[], place: Place): Hold | undefined {
  const covering = holds.filter((hold) => isCovered(hold, place));
  const widths = ["turn", "session", "tree", "bot", "everything"];
  return covering.toSorted((a, b) => widths.indexOf(a.scope.kind) - widths.indexOf(b.scope.kind))[0];
}
