import { expect, test } from "vitest";
import { adviceFor, consequenceOf, releaseWords, retryWords, tokenWords } from "./gateway-words.ts";

const env = { from: "env", name: "OPENCLAW_GATEWAY_TOKEN" } as const;

test("a refused gateway says where its token is looked for, and where the other half stands", () => {
  const advice = adviceFor({ state: "refused", token: env });
  expect(advice).toContain("the variable OPENCLAW_GATEWAY_TOKEN");
  expect(advice).toContain("gateway.auth.token");
  expect(tokenWords({ from: "file", name: "/run/secrets/claw" })).toBe("the file /run/secrets/claw");
});

test("a gateway that works, or is about to, gives no advice", () => {
  expect(adviceFor({ state: "ready", token: env })).toBeNull();
  expect(adviceFor({ state: "connecting", token: env })).toBeNull();
});

test("a message waits for a gateway that is away, and fails at one that a person has to mend", () => {
  expect(consequenceOf("unreachable")).toMatch(/wait/);
  for (const state of ["off", "refused", "read_only"] as const) {
    expect(consequenceOf(state)).toMatch(/bots fail/);
    expect(adviceFor({ state, token: env })).toContain(consequenceOf(state));
  }
});

test("a release is told as far as it is known", () => {
  expect(releaseWords({ version: "2026.9.6", protocolVersion: 4 })).toBe("OpenClaw 2026.9.6 · protocol 4");
  expect(releaseWords({ version: null, protocolVersion: 7 })).toBe("protocol 7");
  expect(releaseWords({ version: null, protocolVersion: null })).toBe("");
});

test("the next try counts down, and is never in the past", () => {
  const now = Date.parse("2026-01-31T12:00:00.000Z");
  expect(retryWords("2026-01-31T12:00:12.400Z", now)).toBe("Next try in 13 s");
  expect(retryWords("2026-01-31T12:00:02.000Z", now)).toBe("Next try in 2 s");
  expect(retryWords("2026-01-31T12:05:00.000Z", now)).toBe("Next try in 5 min 0 s");
  expect(retryWords("2026-01-31T11:59:00.000Z", now)).toBe("Trying again now");
  expect(retryWords(null, now)).toBeNull();
});
