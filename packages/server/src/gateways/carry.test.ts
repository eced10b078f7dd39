import { startGatewayDouble } from "@reef/runtimes/openclaw/testing/gateway-double";
import { describeCarry } from "./carry.conformance.ts";

describeCarry("doubled", () => startGatewayDouble({ eventDelayMs: 400 }));
