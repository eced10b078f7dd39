import type { Bot } from "@reef/protocol/bot";
import type { Session } from "@reef/protocol/session";

export interface ViewProps {
  readonly bot: Bot;
  readonly session: Session;
}
