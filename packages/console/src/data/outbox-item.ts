/** Defines a message on its way from this page to a mailbox. */
import type { FileRef } from "@reef/protocol/file";
import type { MessageId, SessionId } from "@reef/protocol/ids";
import type { MessageMode } from "@reef/protocol/message";

export interface OutgoingText {
  readonly sessionId: SessionId;
  /** Empty for a message of files only. */
  readonly text: string;
  readonly mode: MessageMode;
  /** Files that are on the server already. */
  readonly files?: readonly FileRef[];
}

export interface OutboxItem extends OutgoingText {
  readonly key: string;
  /**
   * `waiting`: the server was away; it will be sent again. `failed`: it was refused. `withdrawn`: withdrawn while it was
   * unknown whether it had arrived; if it has, it is cancelled.
   */
  readonly state: "sending" | "waiting" | "accepted" | "failed" | "withdrawn";
  readonly messageId: MessageId | null;
  readonly error: string | null;
  /** By this page's clock: messages are sent in this order. */
  readonly writtenAtMs: number;
  /** The newest known entry of the session when it was written. */
  readonly afterSeq: number | null;
  /** True once a request with it has been sent. */
  readonly isTried: boolean;
}
