/**
 * Joins the gateway that the settings name, at the start, under the name “openclaw”. It is stored like any other, so
 * that bots stay bound to it. Its token stays where it was given.
 */
import { makeId } from "@reef/engine/ids";
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import type { TokenSource } from "@reef/protocol/gateway";
import { msToIso } from "@reef/protocol/time";
import { type Config, openclawTokenVariable } from "./config.ts";

const name = "openclaw";

/** Creates the gateway, or updates it to the settings. Does nothing when they name none. */
export async function joinConfiguredGateway(options: {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
}): Promise<void> {
  const { config, store, clock } = options;
  if (config.openclawUrl === undefined) return;
  const token: TokenSource =
    config.openclawTokenFile === undefined
      ? { from: "env", name: openclawTokenVariable }
      : { from: "file", name: config.openclawTokenFile };
  const all = await store.read.gateways();
  // A person may have joined the same gateway by hand, under another name.
  const known = all.find(({ url }) => url === config.openclawUrl) ?? all.find((gateway) => gateway.name === name);
  const isInStep =
    known?.url === config.openclawUrl && known.token.from === token.from && known.token.name === token.name;
  if (isInStep) return;
  const id = known?.id ?? makeId("gateway");
  const gateway = { id, name: known?.name ?? name, url: config.openclawUrl, token, enabled: known?.enabled ?? true };
  await store.commit({ at: msToIso(clock.now()), ops: [{ op: "gateway.put", gateway }] });
}
