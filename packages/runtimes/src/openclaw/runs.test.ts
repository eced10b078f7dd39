import { describeRuns } from "./runs.conformance.ts";
import { startGatewayDouble } from "./testing/gateway-double.ts";

describeRuns("doubled", () => startGatewayDouble({ modelRetries: 8 }));
