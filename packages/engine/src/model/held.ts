/** Says what the holds of the in-memory store cover (TU6). */
import type { Hold } from "@reef/protocol/hold";
import type { BotId, SessionId } from "@reef/protocol/ids";

export interface HeldState {
  readonly holds: ReadonlyMap<string, Hold>;
}

export function isBotHeld({ holds }: HeldState, id: BotId): boolean {
  return holds.has("everything") || holds.has(`bot:${id}`);
}

export function isSessionHeld(
  state: HeldState,
  { id, botId, rootId }: { readonly id: SessionId; readonly botId: BotId; readonly rootId: SessionId },
): boolean {
  return isBotHeld(state, botId) || isPlaceHeld(state, { id, rootId });
}

/** Says so of the session or its tree alone. */
export function isPlaceHeld(
  state: HeldState,
  { id, rootId }: { readonly id: SessionId; readonly rootId: SessionId },
): boolean {
  return [...state.holds.values()].some(({ scope, target }) =>
    scope.kind === "tree" ? target === rootId : target === id,
  );
}
