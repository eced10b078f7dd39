import { describeRuns } from "./runs.conformance.ts";
import { sharedGateway } from "./testing/shared-gateway.ts";

describeRuns("real", sharedGateway);
