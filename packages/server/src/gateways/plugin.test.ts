import { GatewayError } from "@reef/runtimes/openclaw/connection";
import { expect, test } from "vitest";
import { readPlugin } from "./plugin.ts";

const answering = (answer: () => unknown) => ({ request: async () => answer() });

test("the plugin's own word is passed on; a gateway that knows no such method has not loaded it", async () => {
  const told = { state: "no_token", reason: "The gateway has no token.", advice: "Connect." };
  expect(await readPlugin(answering(() => told))).toEqual(told);
  const unknown = () => {
    throw new GatewayError("refused", "unknown method", { gatewayCode: "INVALID_REQUEST" });
  };
  expect(await readPlugin(answering(unknown))).toMatchObject({ state: "absent" });
  await expect(readPlugin(answering(() => ({ state: "fine" })))).rejects.toMatchObject({ code: "malformed" });
  const lost = () => {
    throw new GatewayError("disconnected", "the connection broke");
  };
  await expect(readPlugin(answering(lost))).rejects.toMatchObject({ code: "disconnected" });
});
