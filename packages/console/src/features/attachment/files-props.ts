import type { FileRef } from "@reef/protocol/file";
import type { SessionId } from "@reef/protocol/ids";

export interface FilesProps {
  readonly files: readonly FileRef[] | undefined;
  readonly sessionId: SessionId;
  /** Of a person's own message: at the right. */
  readonly isOwn?: boolean;
}
