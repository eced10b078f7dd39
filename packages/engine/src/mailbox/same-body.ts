/** Decides whether two messages under one key are the same (MB2): equally in every store, inside the transaction. */
import { AppError } from "@reef/protocol/error";
import type { FileRef } from "@reef/protocol/file";
import type { MessageId } from "@reef/protocol/ids";
import type { MessageMode } from "@reef/protocol/message";
import type { IsoTime } from "@reef/protocol/time";

/** The fields that a sender repeats when it sends again. */
export interface MessageBody {
  readonly text: string;
  readonly mode: MessageMode;
  readonly replyTo: MessageId | null;
  readonly notBefore: IsoTime | null;
  readonly rewoundTo?: number | null | undefined;
  readonly attachments?: readonly Pick<FileRef, "id">[] | undefined;
}

/** Throws `idempotency_mismatch` if `key` has sent another body before. */
export function assertSameBody(earlier: MessageBody, again: MessageBody, key: string): void {
  const isSame =
    earlier.text === again.text &&
    earlier.mode === again.mode &&
    earlier.replyTo === again.replyTo &&
    earlier.notBefore === again.notBefore &&
    (earlier.rewoundTo ?? null) === (again.rewoundTo ?? null) &&
    filesOf(earlier) === filesOf(again);
  if (isSame) return;
  throw new AppError(
    "idempotency_mismatch",
    `the key "${key}" was used in this session for another message; use a new key for a new message`,
  );
}

function filesOf({ attachments = [] }: MessageBody): string {
  return attachments.map(({ id }) => id).join(" ");
}
