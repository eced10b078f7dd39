/**
 * Connects, changes and disconnects gateways. Only the place of a token is kept, never the token; it stays with its
 * address (SE8).
 */
import { AppError } from "@reef/protocol/error";
import type { GatewayPatch, GatewayRecord, NewGateway } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import { commitOps, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { givenFields } from "../given-fields.ts";
import { makeId } from "../ids.ts";
import { originOf } from "../provider/origin.ts";
import { shownAddress } from "./address.ts";
import { withdrawAsks } from "./asks.ts";
import { botsOfGateway } from "./bound.ts";

/** Throws `not_found` if there is none. */
export async function readGateway(deps: Deps, id: GatewayId): Promise<GatewayRecord> {
  const gateway = (await deps.store.read.gateways()).find((each) => each.id === id);
  if (gateway === undefined) throw new AppError("not_found", `no gateway has the id ${id}`);
  return gateway;
}

/** Throws `conflict` if a gateway with this name or address exists. */
export async function createGateway(deps: Deps, input: NewGateway): Promise<GatewayRecord> {
  const { name, url, token, enabled = true } = input;
  return putGateway(deps, { id: makeId("gateway"), name, url, token, enabled });
}

export async function changeGateway(deps: Deps, id: GatewayId, patch: GatewayPatch): Promise<GatewayRecord> {
  const { createdAt: _created, updatedAt: _updated, ...before } = await readGateway(deps, id);
  const given = givenFields(patch);
  // The shown address is not the full one, so sending it back is no change.
  const url = given.url === undefined || given.url === shownAddress(before.url) ? before.url : given.url;
  if (originOf(url) !== originOf(before.url) && given.token === undefined) {
    throw new AppError(
      "conflict",
      `the token was given for ${originOf(before.url)}: enter it again for the new address ${originOf(url)}`,
      { fields: [{ path: "token", message: "expected the token for the new address" }] },
    );
  }
  return putGateway(deps, { ...before, ...given, url });
}

/** Throws `conflict` while bots are bound to it, since nothing would run them. Its sessions here stay. */
export async function deleteGateway(deps: Deps, id: GatewayId): Promise<void> {
  await readGateway(deps, id);
  const bound = await botsOfGateway(deps, id);
  if (bound.length > 0) {
    const names = bound.slice(0, 5).map(({ name }) => `“${name}”`);
    const rest = bound.length > names.length ? ` and ${bound.length - names.length} more` : "";
    throw new AppError(
      "conflict",
      `${names.join(", ")}${rest} run on this gateway: give them another runtime or delete them, or switch the gateway off instead`,
    );
  }
  await commitOps(deps, ...(await withdrawAsks(deps, id)), { op: "gateway.delete", id });
}

async function putGateway(deps: Deps, gateway: Omit<GatewayRecord, "createdAt" | "updatedAt">): Promise<GatewayRecord> {
  const others = (await deps.store.read.gateways()).filter(({ id }) => id !== gateway.id);
  const sameName = others.find(({ name }) => name.toLowerCase() === gateway.name.toLowerCase());
  if (sameName !== undefined) throw new AppError("conflict", `a gateway named “${sameName.name}” already exists`);
  const sameUrl = others.find(({ url }) => new URL(url).href === new URL(gateway.url).href);
  if (sameUrl !== undefined) {
    throw new AppError("conflict", `${shownAddress(gateway.url)} is already connected, as “${sameUrl.name}”`);
  }
  return lastEvent(await commitOps(deps, { op: "gateway.put", gateway }), "gateway.changed").gateway;
}
