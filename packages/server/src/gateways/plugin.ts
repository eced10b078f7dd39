/** Asks Reef's plugin at a gateway, over the gateway's own connection, whether it can use Reef. */
import { GatewayPlugin } from "@reef/protocol/gateway";
import { type GatewayConnection, GatewayError } from "@reef/runtimes/openclaw/connection";

const absent: GatewayPlugin = {
  state: "absent",
  reason: "The gateway has not loaded Reef's plugin.",
  advice: "Run “npm run reef -- openclaw connect” in Reef's folder. If it is already set up, restart the gateway.",
};

/** Longer than the plugin needs to find out. */
const timeoutMs = 15_000;

/** Rejects with a `GatewayError` when the gateway cannot be asked. */
export async function readPlugin(connection: Pick<GatewayConnection, "request">): Promise<GatewayPlugin> {
  try {
    const answer = GatewayPlugin.safeParse(await connection.request("reef-home.status", {}, { timeoutMs }));
    if (answer.success) return answer.data;
    throw new GatewayError("malformed", "reef-home.status: its answer cannot be read");
  } catch (error) {
    // Without this method, the gateway has no plugin, or one of an earlier Reef.
    if (error instanceof GatewayError && error.gatewayCode === "INVALID_REQUEST") return absent;
    throw error;
  }
}
