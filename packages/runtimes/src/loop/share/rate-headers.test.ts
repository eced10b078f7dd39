import { describe, expect, it } from "vitest";
import { readRates } from "./rate-headers.ts";

const nowMs = Date.parse("2026-11-30T12:00:00Z");
const read = (headers: Record<string, string>) => readRates(new Headers(headers), nowMs);

describe("headers of limits", () => {
  it("TU9: reads those of OpenAI, with their durations", () => {
    expect(
      read({
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-limit-tokens": "150000",
        "x-ratelimit-remaining-tokens": "149984",
        "x-ratelimit-reset-tokens": "6m0.5s",
      }),
    ).toEqual({
      requests: { limit: 60, remaining: 59, resetMs: 1_000 },
      tokens: { limit: 150_000, remaining: 149_984, resetMs: 360_500 },
    });
    expect(read({ "x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "17ms" })).toEqual({
      requests: null,
      tokens: { limit: null, remaining: 5, resetMs: 17 },
    });
  });

  it("TU9: reads those of Anthropic, with their dates, and takes the scarcer of its two limits of tokens", () => {
    const of = (what: string, remaining: string) => ({
      [`anthropic-ratelimit-${what}-limit`]: "1000",
      [`anthropic-ratelimit-${what}-remaining`]: remaining,
      [`anthropic-ratelimit-${what}-reset`]: "2026-11-30T12:00:30Z",
    });
    expect(read({ ...of("requests", "999"), ...of("tokens", "500"), ...of("input-tokens", "20") })).toEqual({
      requests: { limit: 1000, remaining: 999, resetMs: 30_000 },
      tokens: { limit: 1000, remaining: 20, resetMs: 30_000 },
    });
  });

  it("TU9: reads a Unix time in seconds and in milliseconds", () => {
    for (const reset of [String(nowMs / 1000 + 20), String(nowMs + 20_000), "20"]) {
      expect(read({ "x-ratelimit-limit": "20", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset })).toEqual({
        requests: { limit: 20, remaining: 0, resetMs: 20_000 },
        tokens: null,
      });
    }
  });

  it.each([
    ["", "1s"],
    ["-1", "1s"],
    ["NaN", "1s"],
    ["Infinity", "1s"],
    ["1e9", "1s"],
    ["0", ""],
    ["0", "soon"],
    ["0", "-5s"],
    ["0", "99999999d"],
    ["0", "1s; drop table"],
    ["9".repeat(400), "1s"],
    ["0", "9".repeat(400)],
    ["0", "2026-99-99T00:00:00Z"],
  ])("TU9: remaining %j with reset %j says nothing", (remaining, reset) => {
    expect(read({ "x-ratelimit-remaining-tokens": remaining, "x-ratelimit-reset-tokens": reset })).toBeNull();
  });

  it("TU9: a limit below what is left is none", () => {
    expect(
      read({
        "x-ratelimit-limit-tokens": "0",
        "x-ratelimit-remaining-tokens": "50",
        "x-ratelimit-reset-tokens": "1s",
      })?.tokens,
    ).toEqual({ limit: null, remaining: 50, resetMs: 1_000 });
  });
});
