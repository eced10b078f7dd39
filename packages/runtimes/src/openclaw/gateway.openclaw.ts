import { describeGateway } from "./gateway.conformance.ts";
import { sharedGateway } from "./testing/shared-gateway.ts";

describeGateway("real", async () => {
  const gateway = await sharedGateway();
  return {
    url: gateway.url,
    token: gateway.token,
    slowMs: 12_000,
    kill: () => gateway.kill(),
    start: () => gateway.start(),
  };
});
