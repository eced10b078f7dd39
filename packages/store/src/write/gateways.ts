/** Writes gateways. Their tokens are not kept, only where to find them. */

import type { Op } from "@reef/engine/port/unit";
import { secretUsers } from "@reef/engine/provider/origin";
import { AppError } from "@reef/protocol/error";
import type { GatewayId } from "@reef/protocol/ids";
import { gatewayColumns } from "../columns.ts";
import type { GatewayRow } from "../model-tables.ts";
import { gatewayRowToNoun } from "../rows/gateway.ts";
import { eachParam, statement } from "../sql.ts";
import { bindSecret } from "./models.ts";
import { one, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

const gatewayById = statement<{ id: GatewayId }, GatewayRow>((db, param) =>
  db.selectFrom("gateways").select(gatewayColumns).where("id", "=", param("id")),
);
const insertGateway = statement<GatewayRow>((db, param) =>
  db.insertInto("gateways").values(eachParam(param, gatewayColumns)),
);
const updateGateway = statement<GatewayRow>((db, param) =>
  db
    .updateTable("gateways")
    .set(eachParam(param, ["name", "url", "token", "enabled", "updated_at"]))
    .where("id", "=", param("id")),
);
const deleteGatewayById = statement<{ id: GatewayId }>((db, param) =>
  db.deleteFrom("gateways").where("id", "=", param("id")),
);

export function* putGateway(work: Work, { gateway }: Extract<Op, { op: "gateway.put" }>): Write<void> {
  for (const user of secretUsers({ gateways: [gateway] })) yield* bindSecret(work, user);
  const earlier = yield* one(gatewayById, { id: gateway.id });
  const row: GatewayRow = {
    id: gateway.id,
    name: gateway.name,
    url: gateway.url,
    token: JSON.stringify(gateway.token),
    enabled: gateway.enabled ? 1 : 0,
    created_at: earlier?.created_at ?? work.at,
    updated_at: work.at,
  };
  yield* run(earlier === undefined ? insertGateway : updateGateway, row);
  work.events.push({ type: "gateway.changed", gateway: gatewayRowToNoun(row) });
}

export function* deleteGateway(work: Work, id: GatewayId): Write<void> {
  if ((yield* one(gatewayById, { id })) === undefined) {
    throw new AppError("not_found", `no gateway has the id ${id}`);
  }
  yield* run(deleteGatewayById, { id });
  work.events.push({ type: "gateway.deleted", gatewayId: id });
}
