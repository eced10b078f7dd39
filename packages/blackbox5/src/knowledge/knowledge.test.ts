/** Tests what is read of decisions and learnings. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { readDecision, splitDecisions } from "./decisions.ts";
import { readNotes } from "./notes.ts";

const real = join(
  process.env.REEF_SHARED_DATA ?? resolve(import.meta.dirname, "../../../../../shared/data"),
  "blackbox5/5-project-memory/blackbox5",
);
const registry = join(real, ".autonomous/decisions/decision_registry.yaml");

it("each decision is read with its reason, and a broken one costs no other", () => {
  const text = `registry:\n  version: '1.0'\ndecisions:\n- id: DEC-1\n  title: Use SQLite\n  rationale: 'It is one file\n\n    ---'\n  tags: [store, 2]\n- id: DEC-2\n  title: **bold\n- id: DEC-3\n  title: Keep it\n  rationale: null\nmetadata:\n- id: no decision\n`;
  const blocks = splitDecisions(text);
  expect(blocks.map(({ line }) => line)).toEqual([4, 10, 12]);
  const read = blocks.map(readDecision);
  expect(read[0]).toMatchObject({
    id: "DEC-1",
    title: "Use SQLite",
    rationale: "It is one file",
    tags: ["store", "2"],
  });
  expect(read[1]).toEqual({ reason: expect.any(String) });
  expect(read[2]).toMatchObject({ id: "DEC-3", rationale: "" });
});

it("a list that is indented is read as well; a text without one has no decisions, and an alias is refused", () => {
  expect(
    splitDecisions("decisions:\n  - id: 1\n    title: a\n  - id: 2\n    title: b\n").map(readDecision),
  ).toMatchObject([
    { id: "1", title: "a" },
    { id: "2", title: "b" },
  ]);
  expect(splitDecisions("tasks:\n- id: 1\n")).toEqual([]);
  expect(readDecision({ line: 1, text: "- &a\n  id: 1\n  title: [*a, *a]" })).toEqual({ reason: expect.any(String) });
});

it("learnings are read section by section, without what a template says", () => {
  const text = `# LEARNINGS.md - TASK-7: Cache\n\n## What worked\n\n1. **Small steps**: each was tested.\n\n---\n\n## What was hard\n\n- [To be filled]\n- FILL_ME\n\n## Next\n\n**Owner:** \n<!-- notes -->\n`;
  expect(readNotes(text)).toEqual([
    { title: "TASK-7: Cache", heading: "What worked", text: "1. **Small steps**: each was tested." },
  ]);
  expect(readNotes("# LEARNINGS\n\n## What worked\n\n-\n\n## Surprises\n\nTBD\n")).toEqual([]);
  expect(readNotes("# DECISIONS\n\n```sh\n# a comment, no title\nmake all\n```\n")[0]?.text).toContain("# a comment");
});

it.skipIf(!existsSync(registry))("the real registry is read whole", () => {
  const decisions = splitDecisions(readFileSync(registry, "utf8")).map(readDecision);
  expect(decisions.filter((decision) => "reason" in decision)).toEqual([]);
  expect(decisions).toHaveLength(864);
});
