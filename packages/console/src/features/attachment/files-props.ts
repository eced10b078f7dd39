import type { FileRef } from "@reef/protocol/file";
import type { SessionId } from "@reef/protocol/ids";

export interface FilesProps {
  readonly files: readonly FileRef[] | undefined;
  readonly sessionId: SessionId;
  /** True for a person's own message, shown at the right. */
  readonly isOwn?: boolean;
}
