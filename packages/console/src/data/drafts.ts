/** Keeps text that was begun and not sent, per session, in this browser. Nothing a person typed is lost by a switch. */
import type { SessionId } from "@reef/protocol/ids";
import { readStored, writeStored } from "../ui/storage.ts";

export function readDraft(sessionId: SessionId): string {
  return readStored(`draft.${sessionId}`) ?? "";
}

export function writeDraft(sessionId: SessionId, text: string): void {
  writeStored(`draft.${sessionId}`, text);
}
