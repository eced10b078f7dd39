/**
 * Returns the longest chain a turn took from, which its own messages continue: joining a fresh message resets no limit
 * (MB10).
 */
import type { Message } from "@reef/protocol/message";

export type Chain = Pick<Message, "chainId" | "hops">;

export function longestChain(own: Chain, taken: readonly Chain[]): Chain {
  const { chainId, hops } = taken.reduce((longest, chain) => (chain.hops > longest.hops ? chain : longest), own);
  return { chainId, hops };
}
