import { expect, it } from "vitest";
import { isTooOld } from "./openclaw-release.ts";

it("tells by its number whether a release is too old", () => {
  for (const old of ["2026.5.12", "2026.8.35", "2025.12.31", "2026.9.0-beta.2"])
    expect([old, isTooOld(old)]).toEqual([old, true]);
  for (const fit of ["2026.9.1", "2026.9.10", "2026.10.1", "2027.1.1", "next"])
    expect([fit, isTooOld(fit)]).toEqual([fit, false]);
});
