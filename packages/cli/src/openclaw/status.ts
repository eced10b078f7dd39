/**
 * Prints `reef openclaw status`, and waits on behalf of `connect`: for Reef to reach the gateway, and the gateway Reef.
 * The plugin reports the second itself, because only the gateway's process has the gateway's files and environment.
 */
import { AppError } from "@reef/protocol/error";
import type { Gateway, GatewayPlugin } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import type { Shell } from "../shell.ts";

export async function showOpenClaw(shell: Shell): Promise<void> {
  const { client, print } = shell;
  const { items } = await client.gateways();
  if (items.length === 0) print("No gateway is connected. Connect one with: npm run reef -- openclaw connect");
  for (const gateway of items) {
    print(`${gateway.name}  ${gateway.url}  ${gateway.version ?? ""}`.trimEnd());
    print(`  from Reef: ${gateway.state.replace("_", " ")}${gateway.reason === null ? "" : `: ${gateway.reason}`}`);
    const plugin = await pluginOf(shell, gateway);
    if (plugin === null) print("  from there: unknown while the gateway is not connected");
    else printPlugin(shell, plugin);
  }
}

function printPlugin({ print }: Shell, { state, reason, advice }: GatewayPlugin): void {
  print(`  from there: ${state === "ok" ? "the plugin reaches Reef" : (reason ?? state)}`);
  if (advice !== null) print(`  → ${advice}`);
}

/** Returns null when the plugin cannot be asked. */
async function pluginOf({ client }: Shell, { id, state }: Gateway): Promise<GatewayPlugin | null> {
  if (state !== "ready" && state !== "read_only") return null;
  return client.gatewayPlugin(id).catch((error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  });
}

const pollMs = 1_000;
/** A gateway of 2026.9.6 loads a plugin 14 to 16 s after its configuration was written, on a busy machine later. */
const loadedWithinPolls = 60;
/** A gateway that does not run ends the wait early. */
const reachedWithinPolls = 8;

/** Waits until the plugin reports its state, and asks for a restart only where the plugin was not loaded. */
export async function awaitPlugin(shell: Shell, gatewayId: GatewayId): Promise<void> {
  const { client, print } = shell;
  let gateway = await client.checkGateway(gatewayId);
  for (let n = 0; n < loadedWithinPolls; n += 1) {
    const isThere = gateway.state === "ready" || gateway.state === "read_only";
    if (!isThere && (n >= reachedWithinPolls || gateway.state === "refused" || gateway.state === "off")) break;
    const plugin = await pluginOf(shell, gateway);
    if (plugin?.state === "ok")
      return print("The gateway has loaded the plugin, and it reaches Reef. No restart is needed.");
    if (plugin !== null && plugin.state !== "absent") {
      print(`The gateway has loaded the plugin, but: ${plugin.reason ?? plugin.state}`);
      return print(plugin.advice ?? "");
    }
    if (n === 0 && isThere) print("Waiting for the gateway to load the plugin …");
    await shell.wait(pollMs);
    gateway = await client.gateway(gatewayId);
  }
  if (gateway.state !== "ready" && gateway.state !== "read_only") {
    print(`The gateway is not connected (${gateway.reason ?? gateway.state}). It loads the plugin when it starts.`);
    return print("Then check it with: npm run reef -- openclaw status");
  }
  print("The gateway has not loaded the plugin by itself. Restart it to load the plugin.");
}
