/** Tests which texts count as an echo (MB10). */
import { expect, it } from "vitest";
import { isNearlySame } from "./loop-guard.ts";

it("MB10: case, marks and spaces make no difference, and in a long text a word does not; a number in a short one does", () => {
  expect(isNearlySame("Thank you!", "  thank YOU… 🙏")).toBe(true);
  expect(isNearlySame("status 1", "status 2")).toBe(false);
  const long =
    "the report about the third quarter is ready and waits in the shared folder for your comments by friday noon";
  expect(isNearlySame(long, long.replace("friday", "monday"))).toBe(true);
  expect(
    isNearlySame(long, "the report about the fourth quarter was never written, and nobody has asked for it so far"),
  ).toBe(false);
});

it("MB10: texts of emoji or other marks alone are the same only mark for mark", () => {
  expect(isNearlySame("👍", "❤️")).toBe(false);
  expect(isNearlySame("👍", " 👍\n")).toBe(true);
  expect(isNearlySame("???", "!")).toBe(false);
  expect(isNearlySame("ok 👍", "👍")).toBe(false);
});
