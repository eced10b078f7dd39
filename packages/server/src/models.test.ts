import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Gateways } from "@reef/runtimes/openclaw/connection";
import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { readConfig } from "./config.ts";
import { createRuntimes } from "./models.ts";
import { createLog } from "./observe/log.ts";
import { until } from "./testing/serve.ts";

test("of an Ollama that is found, the model that is named is used, else its first", async () => {
  const ollama = createServer((_, response) => response.end('{"models":[{"name":"first"},{"name":"second"}]}'));
  ollama.listen(0, "127.0.0.1");
  await once(ollama, "listening");
  const url = `http://127.0.0.1:${(ollama.address() as AddressInfo).port}`;
  for (const [name, used] of [
    ["second", "second"],
    ["", "first"],
  ]) {
    const config = await readConfig({ REEF_DATA: "/nowhere", REEF_OLLAMA_URL: url, REEF_MODEL: name });
    const gateways = {} as Gateways;
    const runtimes = createRuntimes({ config, clock: systemClock, log: createLog("silent"), gateways });
    expect(runtimes.defaults()).toEqual({ runtime: "demo", model: null });
    await until(() => runtimes.defaults().model !== null);
    expect(runtimes.defaults()).toEqual({ runtime: "loop", model: used });
  }
  ollama.close();
});
