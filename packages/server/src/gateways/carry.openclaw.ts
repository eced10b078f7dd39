import { sharedGateway } from "@reef/runtimes/openclaw/testing/shared-gateway";
import { describeCarry } from "./carry.conformance.ts";

describeCarry("real", sharedGateway);
