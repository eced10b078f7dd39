import { expect, it } from "vitest";
import { createSlots } from "./slots.ts";

it("SV1: so many at once, in their order, and one whose asker has left is not begun", async () => {
  const slots = createSlots(2);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string, signal?: AbortSignal) =>
    slots.run(() => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    }, signal);
  const left = new AbortController();
  const [a, b, c, d] = [start("a"), start("b"), start("c", left.signal), start("d")];
  const refused = expect(c).rejects.toThrow("nobody waits");
  await expect.poll(() => begun).toEqual(["a", "b"]);
  expect(slots.waiting).toBe(2);
  left.abort(new Error("nobody waits"));
  await refused;
  expect(slots.waiting).toBe(1);
  ends.get("a")?.();
  expect(await a).toBe("a");
  await expect.poll(() => begun).toEqual(["a", "b", "d"]);
  for (const name of ["b", "d"]) ends.get(name)?.();
  expect(await Promise.all([b, d])).toEqual(["b", "d"]);
  await expect(start("e", left.signal)).rejects.toThrow("nobody waits");
});

it("a failure frees its slot", async () => {
  const slots = createSlots(1);
  await expect(slots.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await slots.run(async () => "yes")).toBe("yes");
});
