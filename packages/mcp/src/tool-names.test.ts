import fc from "fast-check";
import { expect, test } from "vitest";
import { fullNames } from "./tool-names.ts";

test("TO5: every tool of a server gets a name of its own that every provider takes", () => {
  const server = fc.stringMatching(/^[a-z0-9](-?[a-z0-9]){0,31}$/);
  fc.assert(
    fc.property(
      server,
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 200 }), { maxLength: 50 }),
      (name, tools) => {
        const names = [...fullNames(name, tools).values()];
        expect(new Set(names).size).toBe(tools.length);
        for (const full of names) expect(full).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      },
    ),
  );
});

test("TO5: plain names stay as they are", () => {
  expect([...fullNames("github", ["create_issue", "create.issue"]).values()]).toEqual([
    "github__create_issue",
    expect.stringMatching(/^github__create_issue_[0-9a-f]{6}$/),
  ]);
});
