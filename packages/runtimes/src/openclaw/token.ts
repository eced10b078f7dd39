/**
 * Declares how a gateway's token is read: from where a person put it, at each attempt, and kept in memory only that
 * long (SE5).
 */
import type { GatewayRecord } from "@reef/protocol/gateway";

export type ReadToken =
  | { readonly state: "token"; readonly token: string }
  | { readonly state: "missing"; readonly reason: string };

/**
 * Never rejects. It returns a token only if it may go to the gateway's address (SE8); the reason says what to do and
 * has nothing of a file's content.
 */
export type ReadGatewayToken = (gateway: Pick<GatewayRecord, "url" | "token">) => Promise<ReadToken>;
