import type { Session } from "@reef/protocol/session";

export interface TabProps {
  readonly session: Session;
}
