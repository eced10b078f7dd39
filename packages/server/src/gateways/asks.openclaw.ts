import { sharedGateway } from "@reef/runtimes/openclaw/testing/shared-gateway";
import { describeGatewayAsks } from "./asks.conformance.ts";

describeGatewayAsks("real", sharedGateway);
