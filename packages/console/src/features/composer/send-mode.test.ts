import { expect, test } from "vitest";
import { hintFor } from "./send-mode.ts";

test("MB4: steering a bot of OpenClaw is said to come after the run, as it does", () => {
  expect(hintFor("steer", "openclaw")).toMatch(/after the run/);
  expect(hintFor("steer", "loop")).toBe("Joins the turn at its next step");
  expect(hintFor("queue", "openclaw")).toBe(hintFor("queue", "loop"));
  expect(hintFor("interrupt", "openclaw")).toBe("Stops the turn first");
});
