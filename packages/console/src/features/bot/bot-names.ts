/**
 * Names bots in a choice: two with the same name also show what they run on and, if that is the same too, their
 * order of creation, such as an agent that was adopted and one that was imported from its folder.
 */
import type { Bot } from "@reef/protocol/bot";
import type { BotId } from "@reef/protocol/ids";

type Named = Pick<Bot, "id" | "name" | "runtime" | "model" | "agent">;

export function botNames(bots: Iterable<Named>): ReadonlyMap<BotId, string> {
  const all = [...bots].sort((a, b) => (a.id < b.id ? -1 : 1));
  const names = new Map<BotId, string>();
  for (const group of groupsOf(all, ({ name }) => name.trim().toLowerCase())) {
    if (group.length === 1) for (const { id, name } of group) names.set(id, name);
    else for (const alike of groupsOf(group, sourceOf)) nameGroup(names, alike);
  }
  return names;
}

function nameGroup(names: Map<BotId, string>, alike: readonly Named[]): void {
  for (const [n, bot] of alike.entries()) {
    const source = alike.length === 1 ? sourceOf(bot) : `${sourceOf(bot)}, no. ${n + 1}`;
    names.set(bot.id, `${bot.name} (${source})`);
  }
}

function sourceOf({ runtime, model, agent }: Named): string {
  if (runtime === "openclaw") return agent === null ? "OpenClaw" : `OpenClaw: ${agent.agentId}`;
  return runtime === "demo" ? "demo" : (model ?? "Reef, default model");
}

function groupsOf(bots: readonly Named[], keyOf: (bot: Named) => string): Iterable<readonly Named[]> {
  return Map.groupBy(bots, keyOf).values();
}
