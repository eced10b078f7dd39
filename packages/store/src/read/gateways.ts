/** Reads gateways, and the sessions that mirror theirs. */

import type { Queries } from "@reef/engine/port/queries";
import { gatewayColumns } from "../columns.ts";
import type { GatewayRow } from "../model-tables.ts";
import { gatewayRowToNoun } from "../rows/gateway.ts";
import { type Source, statement } from "../sql.ts";

const allGateways = statement<object, GatewayRow>((db) =>
  db.selectFrom("gateways").select(gatewayColumns).orderBy("n"),
);

export function gatewayQueries(source: Source): Pick<Queries, "gateways"> {
  return { gateways: async () => (await source.all(allGateways, {})).map(gatewayRowToNoun) };
}
