import type { SessionId } from "@reef/protocol/ids";

export interface RightPanelProps {
  readonly sessionId: SessionId;
}
