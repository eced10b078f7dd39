/** Finds the bot that a client names as its model: by id, or by name in any letter case. */
import type { Queries } from "@reef/engine/port/queries";
import type { Bot } from "@reef/protocol/bot";
import { eachPage } from "@reef/protocol/each-page";
import { AppError } from "@reef/protocol/error";
import { BotId } from "@reef/protocol/ids";

/** Throws `not_found` with the names that exist, `conflict` if several bots have the name. */
export async function findBot(read: Queries, model: string): Promise<Bot> {
  const name = model.trim();
  const id = BotId.safeParse(name);
  const known = id.success ? await read.bot(id.data) : null;
  if (known !== null) return known;
  const given = await read.botsByName(name);
  // Some clients put the provider's name before the model's.
  const named = given.length > 0 ? given : await read.botsByName(name.replace(/^reef\//i, ""));
  const exact = named.filter((bot) => bot.name === name);
  const [bot, ...others] = exact.length > 0 ? exact : named;
  if (bot === undefined)
    throw new AppError("not_found", `there is no bot “${name.slice(0, 200)}”; ${await sayBots(read)}`);
  if (others.length === 0) return bot;
  const ids = [bot, ...others].map((each) => each.id).slice(0, 10);
  throw new AppError("conflict", `several bots are named “${name}”: use the id, ${ids.join(" or ")}`);
}

export interface Model {
  readonly id: string;
  readonly bot: Bot;
}

/** Returns every bot as a model: under its name, or under its id if another bot has the same name. */
export async function listModels(read: Queries): Promise<readonly Model[]> {
  const bots: Bot[] = [];
  for await (const page of eachPage((cursor) => read.bots({ limit: 500, cursor }))) bots.push(...page);
  const count = new Map<string, number>();
  for (const { name } of bots) count.set(name.toLowerCase(), (count.get(name.toLowerCase()) ?? 0) + 1);
  return bots.map((bot) => ({ id: count.get(bot.name.toLowerCase()) === 1 ? bot.name : bot.id, bot }));
}

async function sayBots(read: Queries): Promise<string> {
  const { items } = await read.bots({ limit: 10, cursor: null });
  if (items.length === 0) return "create one in Reef first";
  return `there are: ${items.map(({ name }) => name).join(", ")}${items.length === 10 ? " …" : ""}`;
}
