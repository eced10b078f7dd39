import { expect, test } from "vitest";
import { layOut } from "./call-layout.ts";

test("TO1: a card shows the command first, a change as before and after, and every other argument", () => {
  expect(layOut({ cwd: "/x", command: "rm -rf y", n: 3 })).toEqual({
    lead: "rm -rf y",
    change: null,
    rest: [
      ["cwd", "/x"],
      ["n", "3"],
    ],
  });
  expect(layOut({ path: "a.md", old_string: "a", new_string: "b" })).toEqual({
    lead: "a.md",
    change: { before: "a", after: "b" },
    rest: [],
  });
  expect(layOut({ path: "a.md", content: "all" }).change).toEqual({ before: null, after: "all" });
  expect(layOut({ search: "words" })).toEqual({ lead: null, change: null, rest: [["search", "words"]] });
});

test("TO1: no argument is left out, whatever its shape", () => {
  for (const odd of [null, undefined, "text", 7, [1], {}, { command: 7 }, { command: { deep: true } }, { "": "x" }]) {
    const { lead, change, rest } = layOut(odd);
    const shown = [lead, change?.before, change?.after, ...rest.flat()].join(" ");
    for (const value of Object.values(odd ?? {})) if (typeof value === "string") expect(shown).toContain(value[0]);
    if (typeof odd === "object" && odd !== null && "command" in odd) expect(rest).toHaveLength(1);
  }
});
