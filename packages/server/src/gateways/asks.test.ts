import { writeFileSync } from "node:fs";
import { startGatewayDouble } from "@reef/runtimes/openclaw/testing/gateway-double";
import { describeGatewayAsks } from "./asks.conformance.ts";

/** Does what the commands of the suite do. */
function tool(_name: string, input: Readonly<Record<string, unknown>>): string {
  const path = /^touch (\S+)$/.exec(String(input.command ?? ""))?.[1];
  if (path !== undefined) writeFileSync(path, "");
  return "done";
}

describeGatewayAsks("doubled", () => startGatewayDouble({ tool }));
