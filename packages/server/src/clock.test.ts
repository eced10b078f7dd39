import { expect, it } from "vitest";
import { systemClock } from "./clock.ts";

it("sleeps as long as it is asked to, also longer than a timer can, and ends at once when it is told to", async () => {
  for (const ms of [3e9, 1e300, Number.POSITIVE_INFINITY]) {
    const stop = new AbortController();
    const slept = systemClock.sleep(ms, stop.signal).then(() => "over");
    const other = systemClock.sleep(30).then(() => "first");
    expect(await Promise.race([slept, other])).toBe("first");
    stop.abort();
    expect(await slept).toBe("over");
  }
  for (const ms of [0, -1, Number.NaN]) await systemClock.sleep(ms);
});
