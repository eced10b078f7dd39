/** Names a bot that acts, and one whose sessions it would write to or read. */
import type { Bot } from "@reef/protocol/bot";

export interface BotPair {
  readonly from: Bot;
  readonly to: Bot;
}
