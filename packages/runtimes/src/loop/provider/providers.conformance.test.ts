/** Tests the table of providers: every dialect with every behaviour, on a double as strict as the real server. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { dialects } from "../../testing/dialects/all.ts";
import { behaviours } from "./conformance/cells.conformance.ts";
import { withTable } from "./conformance/table.conformance.ts";

// A failing cell may hang with its clock stopped.
describe.each(dialects)("$name", { timeout: 20_000 }, (dialect) => {
  for (const behaviour of behaviours.filter(({ never }) => never(dialect) === null)) {
    test(`PR1: ${dialect.name} × ${behaviour.name}: ${behaviour.shows}`, () => behaviour.run(dialect));
  }
});

test("PR1: the table in docs/providers.md is the one that these tests make", async () => {
  const path = resolve(import.meta.dirname, "../../../../../docs/providers.md");
  await expect(withTable(readFileSync(path, "utf8"), dialects)).toMatchFileSnapshot(path);
});
