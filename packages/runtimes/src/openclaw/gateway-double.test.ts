import { appendFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { describeGateway } from "./gateway.conformance.ts";
import { startGatewayDouble } from "./testing/gateway-double.ts";

describeGateway("doubled", async () => {
  const double = await startGatewayDouble({
    admitMs: 40,
    modelRetries: 8,
    async tool(_name, input) {
      const command = String(input.command);
      const [, said, file] = /^echo (\S+)(?: >> ([^\s;]+))?/.exec(command) ?? [];
      if (file !== undefined) appendFileSync(file, `${said}\n`);
      if (command.includes("sleep")) await wait(1_000);
      return said ?? "";
    },
  });
  return {
    url: double.url,
    token: double.token,
    slowMs: 1_500,
    kill: () => double.kill(),
    start: () => double.start(),
  };
});
