/**
 * Keeps the loaded end of a transcript in OpenClaw in the form of ours, so that the same parts draw it. Its rows have
 * no numbers; they get numbers here that stay when older rows come before them. Pure.
 */
import type { Entry } from "@reef/protocol/entry";
import type { GatewayEntry } from "@reef/protocol/gateway";
import type { SessionId } from "@reef/protocol/ids";

export interface OutsideWindow {
  /** Ascending, each id once. */
  readonly items: readonly GatewayEntry[];
  /** Number of `items[0]`; falls as older ones are put before it. */
  readonly firstSeq: number;
  /** Cursor of older ones; null at the start. */
  readonly older: string | null;
}

/** High enough that no transcript reaches back to 0. */
const newestStart = 1_000_000_000;

/** Takes the newest page. Older loaded pages stay if the new page joins them. */
export function withNewest(
  before: OutsideWindow | undefined,
  page: { readonly items: readonly GatewayEntry[]; readonly older: string | null },
): OutsideWindow {
  const first = page.items[0];
  const joinAt = before && first ? before.items.findIndex(({ id }) => id === first.id) : -1;
  if (!before || joinAt < 0) return { items: page.items, firstSeq: newestStart, older: page.older };
  return { ...before, items: [...before.items.slice(0, joinAt), ...page.items] };
}

export function withOlder(
  window: OutsideWindow,
  page: { readonly items: readonly GatewayEntry[]; readonly older: string | null },
): OutsideWindow {
  const known = new Set(window.items.map(({ id }) => id));
  const fresh = page.items.filter(({ id }) => !known.has(id));
  return { items: [...fresh, ...window.items], firstSeq: window.firstSeq - fresh.length, older: page.older };
}

/** Returns entries of a session; a row without a time takes that of the row before it. */
export function windowToEntries({ items, firstSeq }: OutsideWindow): readonly Entry[] {
  let at = items.find((item) => item.at !== null)?.at ?? new Date(0).toISOString();
  return items.map((item, index) => {
    at = item.at ?? at;
    return {
      id: item.id as Entry["id"],
      sessionId: "" as SessionId,
      seq: firstSeq + index,
      kind: item.kind,
      text: item.text,
      messageId: null,
      turnId: null,
      from: null,
      tool: item.tool,
      notice: null,
      partial: false,
      externalId: item.id,
      at,
    };
  });
}
