import { openHarness, whyNoBox } from "@reef/box/testing/box-harness";
import type { Deps } from "@reef/engine/deps";
import type { ReportCall } from "@reef/engine/port/contract";
import { describe, expect, it } from "vitest";
import { createContractChecker } from "./contract-checker.ts";

const deps = () => ({}) as Deps;
const noBox = await whyNoBox();
const checker = createContractChecker({ box: { toolsFor: async () => [] }, deps });

describe("contract checker", () => {
  it("SU4: says each thing that does not fit", () => {
    const schema = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      required: ["title", "score"],
      properties: {
        title: { type: "string", minLength: 3 },
        score: { type: "number", maximum: 10 },
        at: { type: "string", format: "date" },
      },
      additionalProperties: false,
    };
    expect(checker.refuseSchema(schema)).toBeNull();
    expect(checker.misfits(schema, { title: "fine", score: 3, at: "2026-11-30" })).toEqual([]);
    const misfits = checker.misfits(schema, { title: "no", extra: 1, at: "soon" });
    expect(misfits.join("\n")).toMatch(/score[\s\S]*extra[\s\S]*\/title[\s\S]*\/at/);
  });

  it("SU4: a schema that cannot be compiled is refused with the reason", () => {
    expect(checker.refuseSchema({ type: "colour" })).toMatch(/type/);
    expect(checker.refuseSchema({ $ref: "https://example.com/other.json" })).toMatch(/other\.json/);
    expect(checker.refuseSchema({ type: "string", pattern: "(" })).not.toBeNull();
    expect(checker.misfits({ type: "colour" }, 1)).toHaveLength(1);
  });

  it("SU4: a pattern that would take for ever ends the check", () => {
    const quick = createContractChecker({ box: { toolsFor: async () => [] }, deps, schemaMs: 50 });
    const schema = { type: "string", pattern: "^(a+)+$" };
    expect(quick.misfits(schema, `${"a".repeat(60)}!`)).toEqual([expect.stringContaining("too long")]);
  });

  it("SU4: without a box evidence is not found, and why is said", async () => {
    const run = { bot: {}, signal: new AbortController().signal } as unknown as ReportCall;
    expect(await checker.lookFor(run, { kind: "command", command: "true" })).toContain("its box is off");
  });

  it.skipIf(noBox !== null)("SU4: a file and a command are looked for in the bot's own box", async () => {
    await using boxes = await openHarness();
    const bot = boxes.newBot();
    const boxed = createContractChecker({ box: { toolsFor: async () => [...boxes.source.tools] }, deps });
    const signal = new AbortController().signal;
    const run = {
      bot: { id: bot.id },
      session: {},
      turn: { id: "trn" },
      callId: "c",
      signal,
      deps: {},
    } as unknown as ReportCall;
    expect(await boxed.lookFor(run, { kind: "file", path: "out.md" })).toContain("the file out.md");
    await bot.call("file_write", { path: "out.md", content: "done" });
    expect(await boxed.lookFor(run, { kind: "file", path: "out.md" })).toBeNull();
    expect(await boxed.lookFor(run, { kind: "command", command: "grep -q done out.md" })).toBeNull();
    expect(await boxed.lookFor(run, { kind: "command", command: "echo red; exit 3" })).toMatch(/exit code 3[\s\S]*red/);
    expect(await boxed.lookFor(run, { kind: "file", path: "/etc/shadow" })).not.toBeNull();
  });
});
