/** Tests that the tests named in docs/security.md exist. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

test("SE7: every test that docs/security.md names exists", async () => {
  const text = await readFile(join(root, "docs/security.md"), "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| door"));
  expect(rows.length).toBeGreaterThan(30);
  const missing: string[] = [];
  for (const row of rows) {
    const [, path = "", name = ""] = /\| `([^`]+)`: "(.+)" \|$/.exec(row) ?? [];
    const source = path === "" ? "" : await readFile(join(root, path), "utf8").catch(() => "");
    if (name === "" || !source.includes(`"${name}"`)) missing.push(row);
  }
  expect(missing).toEqual([]);
});
