/** These calls list a bot's tools and what each of them does. */
import type { BotId } from "@reef/protocol/ids";
import type { ToolDescription } from "@reef/protocol/tool";
import type { CallOptions, Send } from "./call.ts";

export interface ToolList {
  readonly items: readonly ToolDescription[];
}

export function toolCalls(send: Send) {
  return {
    /** The tools that a bot may call from outside Reef's loop; with `all`, every tool it could be allowed. */
    botTools: (id: BotId, query: { readonly all?: boolean } = {}, options?: CallOptions) =>
      send<ToolList>({ method: "GET", path: `/v1/bots/${id}/tools`, query: { ...query }, ...options }),
  };
}
