/**
 * Saves which tools a bot may use. A press shows immediately, and the presses of one bot are sent one after another: a quick
 * second one builds on the first, and none overtakes another.
 */
import type { Bot } from "@reef/protocol/bot";
import type { BotId } from "@reef/protocol/ids";
import type { McpAttachment } from "@reef/protocol/mcp";
import { applyEvents } from "../../data/apply-events.ts";
import { queryKeys } from "../../data/queries.ts";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";

interface Pending {
  readonly mcp: readonly McpAttachment[];
  readonly sent: Promise<void>;
}

const pendingByPage = new WeakMap<Reef["queryClient"], Map<BotId, Pending>>();

export function changeAttachments(
  reef: Reef,
  bot: Bot,
  change: (before: readonly McpAttachment[]) => McpAttachment[],
): void {
  const { client, queryClient } = reef;
  const pending = pendingByPage.get(queryClient) ?? new Map<BotId, Pending>();
  pendingByPage.set(queryClient, pending);
  const before = pending.get(bot.id);
  // An event of an earlier press may have put an older value into the cache.
  const mcp = change(before?.mcp ?? bot.mcp);
  takeBot(reef, { ...bot, mcp });
  const isNewest = (): boolean => pending.get(bot.id)?.mcp === mcp;
  const send = async (): Promise<void> => {
    await before?.sent;
    await attempt(reef, `Couldn't change the tools of ${bot.name}`, async () => {
      try {
        const saved = await client.changeBot(bot.id, { mcp });
        if (isNewest()) takeBot(reef, saved);
      } catch (error) {
        if (isNewest()) pending.delete(bot.id);
        void queryClient.invalidateQueries({ queryKey: queryKeys.bots });
        throw error;
      }
    });
    if (isNewest()) pending.delete(bot.id);
  };
  const sent = Promise.resolve().then(send);
  pending.set(bot.id, { mcp, sent });
}

/** Shows the answer of a write immediately; its event says the same a moment later. */
export function takeBot({ queryClient }: Pick<Reef, "queryClient">, bot: Bot): void {
  applyEvents(queryClient, [{ type: "bot.changed", seq: 0, at: bot.updatedAt, bot }]);
}
