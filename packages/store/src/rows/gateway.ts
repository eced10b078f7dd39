/** Converts gateways: row → noun. */

import type { GatewayRecord } from "@reef/protocol/gateway";
import type { GatewayRow } from "../model-tables.ts";

export function gatewayRowToNoun(row: GatewayRow): GatewayRecord {
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    token: JSON.parse(row.token),
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
