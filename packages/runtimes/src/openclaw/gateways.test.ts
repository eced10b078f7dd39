import { makeId } from "@reef/engine/ids";
import { openModelStore } from "@reef/engine/model/store";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { describe, expect, it } from "vitest";
import { openGateways } from "./gateways.ts";
import { realClock } from "./testing/drive.ts";
import { startGatewayDouble } from "./testing/gateway-double.ts";
import { tokensOf } from "./testing/tokens.ts";

const silent = { info: () => undefined, warn: () => undefined };
const at = "2026-01-01T00:00:00.000Z" as const;

describe("all gateways", () => {
  it("are connected as the store has them: several at once, added, moved, switched off, deleted", async () => {
    await using first = await startGatewayDouble({ token: "one" });
    await using second = await startGatewayDouble({ token: "two", agents: ["a", "b"] });
    await using store = openModelStore({ clock: createManualClock() });
    const put = (id: ReturnType<typeof makeId<"gateway">>, url: string, name: string, enabled = true) =>
      store.commit({
        at,
        ops: [{ op: "gateway.put", gateway: { id, name, url, token: { from: "env", name }, enabled } }],
      });
    const [one, two] = [makeId("gateway"), makeId("gateway")];
    await put(one, first.url, "ONE");
    const readToken = tokensOf({ ONE: "one", TWO: "two" });
    const gateways = await openGateways({ store, clock: realClock, log: silent, readToken });
    const seen: string[] = [];
    gateways.onChange((id) => seen.push(id));
    await put(two, second.url, "TWO");
    const signal = AbortSignal.timeout(20_000);
    await Promise.all([one, two].map((id) => gateways.get(id)?.ready(signal)));
    expect(gateways.list().map((gateway) => gateway.status().agents)).toEqual([1, 2]);
    expect(new Set(seen)).toEqual(new Set([one, two]));
    await put(one, second.url, "TWO");
    await gateways.get(one)?.ready(signal);
    expect(gateways.get(one)?.status()).toMatchObject({ state: "ready", agents: 2 });
    await put(one, second.url, "TWO", false);
    expect(gateways.get(one)?.status().state).toBe("off");
    await store.commit({ at, ops: [{ op: "gateway.delete", id: one }] });
    expect(gateways.get(one)).toBeUndefined();
    await gateways[Symbol.asyncDispose]();
    await expect(gateways.get(two)?.request("health", {}) ?? Promise.reject(new Error("gone"))).rejects.toThrow();
  });
});
