/** Whose word counts for more, and what may stand in a prompt without being asked for (ME5). */
import { AppError } from "@reef/protocol/error";
import type { Memory, MemoryTrust } from "@reef/protocol/memory";

const rankByTrust: Readonly<Record<MemoryTrust, number>> = { person: 4, bot: 3, import: 2, session: 1, tool: 0 };

/** The more trusted of the two: what a person repeats is a person's word from then on. */
export function higherTrust(a: MemoryTrust, b: MemoryTrust): MemoryTrust {
  return rankByTrust[b] > rankByTrust[a] ? b : a;
}

/** Born of a tool, and no person has let it in yet. */
export function needsApproval({ trust, approvedAt }: Pick<Memory, "trust" | "approvedAt">): boolean {
  return trust === "tool" && approvedAt === null;
}

/**
 * Held back until a person lets it in: what is born of a tool, and what another session had the bot keep. A line that another
 * session said is none of these: it is recalled where that one speaks, and nobody is asked about each line.
 */
export function waitsForApproval(memory: Pick<Memory, "trust" | "approvedAt" | "kind">): boolean {
  const isHeard = memory.trust === "session" && memory.kind !== "entry" && memory.approvedAt === null;
  return isHeard || needsApproval(memory);
}

/** Throws `conflict`: what stands in every prompt is a person's decision (ME5). */
export function refusePin(memory: Pick<Memory, "trust" | "approvedAt" | "pinned">): void {
  if (!memory.pinned || !needsApproval(memory)) return;
  throw new AppError("conflict", "this came from a tool's output: approve it before you pin it");
}
