import { expect, test } from "vitest";
import { loadAgain } from "./load-again.ts";

test("code that could not be fetched is fetched again after a pause, and the pauses grow", async () => {
  const pauses: number[] = [];
  let tries = 0;
  const load = async (): Promise<string> => {
    tries += 1;
    if (tries < 4) throw new Error("away");
    return "code";
  };
  expect(await loadAgain(load, async (ms) => void pauses.push(ms))).toBe("code");
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(pauses).toHaveLength(3);
});

test("code that stays away is given up with the last reason", async () => {
  let tries = 0;
  const load = async (): Promise<never> => {
    tries += 1;
    throw new Error(`try ${tries}`);
  };
  await expect(loadAgain(load, async () => undefined)).rejects.toThrow("try 4");
});
