import { expect, test } from "vitest";
import { missingProgram } from "./missing-program.ts";

const entry = (command: string, ...args: readonly string[]) => ({
  server: { name: "x", transport: { kind: "stdio", command, args } },
});

test("a program that this machine lacks is named, and a service needs none", async () => {
  expect(await missingProgram(entry("env"))).toBeNull();
  expect(await missingProgram(entry("no-such-program", "x"))).toBe("no-such-program");
  expect(await missingProgram(entry("env", "--with", "/usr/bin/no-such-browser"))).toBe("/usr/bin/no-such-browser");
  const service = { kind: "http", url: "https://a.example/" };
  expect(await missingProgram({ server: { name: "x", transport: service } })).toBeNull();
});
