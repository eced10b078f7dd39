/** Converts a memory for its index. The label of trust says what may be recalled automatically (ME5). */
import type { Memory } from "@reef/protocol/memory";
import type { RecallRow } from "../port/recall.ts";
import { needsApproval } from "./trust.ts";

/** Marks what another session said or had a bot keep: it is recalled automatically only where that one speaks. */
export const heardLabel = "session";

/** Labels of what may enter a prompt automatically. */
export const trustedLabels: readonly string[] = ["person", "bot", "import", "approved"];

export function memoryToRecallRow(memory: Memory): RecallRow {
  return {
    id: memory.id,
    kind: memory.kind,
    text: memory.text,
    speaker: memory.speaker,
    occurredAt: memory.occurredAt,
    conversation: memory.conversation,
    seq: memory.seq,
    importance: memory.importance,
    trust: labelOf(memory),
    validFrom: memory.validFrom,
    validTo: memory.validTo,
    pinned: memory.pinned,
  };
}

function labelOf(memory: Memory): string {
  if (needsApproval(memory)) return "unapproved";
  const isLetIn = memory.approvedAt !== null && (memory.trust === "tool" || memory.trust === "session");
  return isLetIn ? "approved" : memory.trust;
}
