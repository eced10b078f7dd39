/** Decides whose word counts for more, and what may enter a prompt automatically (ME5). */
import { AppError } from "@reef/protocol/error";
import type { Memory, MemoryTrust } from "@reef/protocol/memory";

const rankByTrust: Readonly<Record<MemoryTrust, number>> = { person: 4, bot: 3, import: 2, session: 1, tool: 0 };

/** Returns the higher trust: what a person repeats is a person's word from then on. */
export function higherTrust(a: MemoryTrust, b: MemoryTrust): MemoryTrust {
  return rankByTrust[b] > rankByTrust[a] ? b : a;
}

/**
 * Returns the trust of a known memory that was said again. A bot that repeats what waits for a person's approval does
 * not approve it (ME5).
 */
export function confirmedTrust(known: Pick<Memory, "trust" | "approvedAt" | "kind">, said: MemoryTrust): MemoryTrust {
  return said === "bot" && waitsForApproval(known) ? known.trust : higherTrust(known.trust, said);
}

/** True if it was born of a tool and no person has approved it yet. */
export function needsApproval({ trust, approvedAt }: Pick<Memory, "trust" | "approvedAt">): boolean {
  return trust === "tool" && approvedAt === null;
}

/**
 * True for what is held back until a person approves it: text born of a tool, and what another session had the bot
 * keep. Lines that another session said are exempt: they are recalled where that session speaks, and no one is asked
 * about each line.
 */
export function waitsForApproval(memory: Pick<Memory, "trust" | "approvedAt" | "kind">): boolean {
  const isHeard = memory.trust === "session" && memory.kind !== "entry" && memory.approvedAt === null;
  return isHeard || needsApproval(memory);
}

/** Throws `conflict`: only a person decides what is in every prompt (ME5). */
export function refusePin(memory: Pick<Memory, "trust" | "approvedAt" | "pinned">): void {
  if (!memory.pinned || !needsApproval(memory)) return;
  throw new AppError("conflict", "this came from a tool's output: approve it before you pin it");
}
