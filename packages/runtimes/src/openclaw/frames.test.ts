/** Tests frames of a gateway that is odd, or not a gateway at all. */
import { expect, it } from "vitest";
import { Frame, HelloOk } from "./frames.ts";
import { GatewaySessionRow, rowToSession } from "./mirror/session-row.ts";

it("a gateway's numbers are bounded, and odd ones cost no connection", () => {
  const hello = (policy: unknown) => HelloOk.parse({ protocol: 3, server: { version: "1" }, policy }).policy;
  const usual = { maxPayload: 26_214_400, tickIntervalMs: 30_000 };
  for (const odd of ["soon", null, Number.NaN]) {
    expect(hello({ maxPayload: odd, tickIntervalMs: odd })).toEqual(usual);
  }
  expect(hello({})).toEqual(usual);
  expect(hello({ maxPayload: 1e300, tickIntervalMs: 1e300 })).toEqual({
    maxPayload: 268_435_456,
    tickIntervalMs: 300_000,
  });
  expect(hello({ maxPayload: 0, tickIntervalMs: -5 })).toEqual({ maxPayload: 65_536, tickIntervalMs: 10 });
  const refusal = (retryAfterMs: unknown) =>
    Frame.parse({ type: "res", id: "1", ok: false, error: { code: "busy", retryAfterMs } });
  expect(refusal(9.3e13)).toMatchObject({ error: { retryAfterMs: 600_000 } });
  for (const odd of [-1, "later", Number.NaN]) expect(refusal(odd)).toMatchObject({ error: { code: "busy" } });
});

it("a session with times and counts that cannot be true is listed without them", () => {
  for (const odd of [1e300, 8.1e15, -1, 253_402_300_800_000]) {
    const row = GatewaySessionRow.parse({ key: "agent:a:b", updatedAt: odd, inputTokens: odd, estimatedCostUsd: -1 });
    const session = rowToSession(row);
    expect(session).toMatchObject({ updatedAt: null, costUsd: null });
    expect(session.inputTokens ?? 0).toBeLessThanOrEqual(1e12);
  }
});
