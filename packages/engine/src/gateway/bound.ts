/** Lists the bots bound to agents of a gateway. */
import type { Bot } from "@reef/protocol/bot";
import { eachPage } from "@reef/protocol/each-page";
import type { AgentRef } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import type { Deps } from "../deps.ts";

export type BoundBot = Bot & { readonly agent: AgentRef };

/** By name. */
export async function botsOfGateway(deps: Pick<Deps, "store">, gatewayId: GatewayId): Promise<readonly BoundBot[]> {
  const bound: BoundBot[] = [];
  for await (const bots of eachPage((cursor) => deps.store.read.bots({ limit: 1000, cursor })))
    bound.push(...bots.filter((bot): bot is BoundBot => bot.agent?.gatewayId === gatewayId));
  return bound;
}
