/**
 * Arranges sessions side by side. The active pane is the one in the address: it receives the keys and the jumps. A
 * session is in one pane only; going to a session on screen makes its pane the active one.
 */
import type { SessionId } from "@reef/protocol/ids";
import { readStored, writeStored } from "../ui/storage.ts";

export const maxPanes = 4;

export interface Panes {
  /** From left to right; never empty while a session is on screen. */
  readonly ids: readonly SessionId[];
  readonly active: number;
}

export const noPanes: Panes = { ids: [], active: 0 };

/** Returns the panes when the address names `id`: it has a pane already, or takes the active one's place. */
export function showIn(panes: Panes, id: SessionId): Panes {
  const at = panes.ids.indexOf(id);
  if (at >= 0) return at === panes.active ? panes : { ...panes, active: at };
  if (panes.ids.length === 0) return { ids: [id], active: 0 };
  return { ...panes, ids: panes.ids.with(panes.active, id) };
}

/**
 * Opens a pane for `id` behind the one at `at`, and makes it active. If all places are taken, or it is shown already, `id`
 * goes where it can.
 */
export function openBeside(panes: Panes, { id, at }: { readonly id: SessionId; readonly at: number }): Panes {
  if (panes.ids.includes(id) || panes.ids.length >= maxPanes) return showIn({ ...panes, active: at }, id);
  return { ids: panes.ids.toSpliced(at + 1, 0, id), active: at + 1 };
}

/** Closes a pane; the last one stays. */
export function closePane(panes: Panes, at: number): Panes {
  if (panes.ids.length <= 1) return panes;
  const ids = panes.ids.toSpliced(at, 1);
  const active = panes.active > at ? panes.active - 1 : panes.active;
  return { ids, active: Math.min(active, ids.length - 1) };
}

export function readPanes(): Panes {
  try {
    const ids: unknown = JSON.parse(readStored("panes") ?? "[]");
    if (!Array.isArray(ids)) return noPanes;
    const known = ids.filter((id): id is SessionId => typeof id === "string" && id.startsWith("ses_"));
    return { ids: [...new Set(known)].slice(0, maxPanes), active: 0 };
  } catch {
    return noPanes;
  }
}

export function writePanes({ ids }: Panes): void {
  writeStored("panes", ids.length > 1 ? JSON.stringify(ids) : null);
}
