/**
 * Gives a bot tools beside Reef's own, which differ by bot and change while Reef runs: those of its box and of the
 * servers attached to it.
 */
import type { Bot } from "@reef/protocol/bot";
import type { Tool } from "./tool.ts";

export interface ToolSource {
  /**
   * Returns what the bot may use at this moment, whether or not it runs already. Contract: never rejects, and answers
   * within a moment: a source in trouble leaves tools out and says so elsewhere.
   */
  toolsFor(bot: Bot): Promise<readonly Tool[]>;
}
