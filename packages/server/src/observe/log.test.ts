import { expect, test } from "vitest";
import { createLog } from "./log.ts";

test("SE5: secrets are redacted wherever they stand, and the rest is kept", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => lines.push(line) });
  log.info(
    { token: "s3cret", headers: { authorization: "Bearer s3cret", cookie: "s3cret", host: "localhost" } },
    "one",
  );
  log.warn({ config: { providers: { openai: { apiKey: "s3cret", kind: "openai" } } } }, "two");
  log.error({ error: new Error("it broke", { cause: new Error("deep down") }) }, "three");
  log.debug({}, "not at this level");
  expect(lines).toHaveLength(3);
  expect(lines.join("")).not.toContain("s3cret");
  expect(lines[0]).toContain("localhost");
  expect(JSON.parse(lines[2] ?? "")).toMatchObject({
    level: "error",
    msg: "three",
    error: { message: expect.stringContaining("it broke") },
  });
});
