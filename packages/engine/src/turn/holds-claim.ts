/** TU5: a claim holds while it is the newest of its turn, and the turn runs. */
import type { WorkerId } from "@reef/protocol/ids";
import type { Turn } from "@reef/protocol/turn";

export function holdsClaim(
  turn: (Pick<Turn, "state" | "fence"> & { readonly worker: WorkerId | null }) | undefined,
  claim: { readonly fence: number; readonly worker: WorkerId },
): boolean {
  return turn?.state === "running" && turn.fence === claim.fence && turn.worker === claim.worker;
}
