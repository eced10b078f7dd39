/** Builds the entry by which a message enters the transcript of the turn that takes it (MB5, MB9). */
import type { EntryId, SessionId, TurnId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { previewText } from "../file/preview.ts";
import type { EntrySeed } from "../port/unit.ts";
import { senderToEntryKind } from "./entry-kind.ts";

/** `isRepeat`: its entry exists from an attempt that a person now repeats, so only a notice is added. */
export function messageToEntry(
  message: Pick<Message, "id" | "from" | "text" | "attachments">,
  head: { readonly id: EntryId; readonly sessionId: SessionId; readonly turnId: TurnId },
  isRepeat: boolean,
): EntrySeed {
  const { id: messageId, from, text, attachments } = message;
  if (isRepeat) {
    const notice = { type: "retry", messageId } as const;
    return { ...head, kind: "notice", text: `Tried again: ${previewText(message)}`, notice };
  }
  const kind = senderToEntryKind(from);
  const notice = kind === "notice" ? ({ type: "runtime" } as const) : null;
  return { ...head, kind, text, messageId, from, notice, ...(attachments === undefined ? {} : { attachments }) };
}
