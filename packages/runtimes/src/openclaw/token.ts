/** SE5: a gateway's token is read where a person put it, at each attempt, and lives in memory only as long as that takes. */
import type { GatewayRecord } from "@reef/protocol/gateway";

export type ReadToken =
  | { readonly state: "token"; readonly token: string }
  | { readonly state: "missing"; readonly reason: string };

/**
 * Never rejects. It gives a token only where it may go to the gateway's address (SE8); the reason says what to do and holds
 * nothing of a file's content.
 */
export type ReadGatewayToken = (gateway: Pick<GatewayRecord, "url" | "token">) => Promise<ReadToken>;
