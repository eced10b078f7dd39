/** These calls list a bot's tools and what each of them does. */
import type { BotId } from "@reef/protocol/ids";
import type { BotTool } from "@reef/protocol/tool";
import type { CallOptions, Send } from "./call.ts";

export interface ToolList {
  readonly items: readonly BotTool[];
}

export function toolCalls(send: Send) {
  return {
    /** A bot's tools; with `all`, every one of Reef's own that it could be allowed. */
    botTools: (id: BotId, query: { readonly all?: boolean } = {}, options?: CallOptions) =>
      send<ToolList>({ method: "GET", path: `/v1/bots/${id}/tools`, query: { ...query }, ...options }),
  };
}
