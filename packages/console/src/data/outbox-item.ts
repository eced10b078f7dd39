/** A message on its way from this page to a mailbox. */
import type { FileRef } from "@reef/protocol/file";
import type { MessageId, SessionId } from "@reef/protocol/ids";
import type { MessageMode } from "@reef/protocol/message";

export interface OutgoingText {
  readonly sessionId: SessionId;
  /** Empty when files say it all. */
  readonly text: string;
  readonly mode: MessageMode;
  /** Files that are on the server already. */
  readonly files?: readonly FileRef[];
}

export interface OutboxItem extends OutgoingText {
  readonly key: string;
  /**
   * `waiting`: the server was not there; it is tried again. `failed`: it was refused. `withdrawn`: taken back while nobody
   * could say whether it had arrived; where it has, it is cancelled.
   */
  readonly state: "sending" | "waiting" | "accepted" | "failed" | "withdrawn";
  readonly messageId: MessageId | null;
  readonly error: string | null;
  /** By this page's clock: the order in which they were written. */
  readonly writtenAtMs: number;
  /** The newest entry of the session when it was written, as far as it was known. */
  readonly afterSeq: number | null;
  /** A request with it has gone out. */
  readonly isTried: boolean;
}
