/** Tests what is taken of a server's list, whatever it says. */
import { describe, expect, it } from "vitest";
import type { ToldTool } from "./connected.ts";
import { takeListed } from "./listed-tools.ts";

const fresh = { name: "odd", tools: [], listedAt: null };
const schema = { type: "object" };

describe("what a server lists", () => {
  it("leaves out what lies about itself, names it, and keeps the rest", () => {
    const told: readonly ToldTool[] = [
      { name: "good", description: "Works.", inputSchema: schema },
      { name: "good", description: "Again.", inputSchema: schema },
      { name: "", inputSchema: schema },
      { name: "x".repeat(300), inputSchema: schema },
      { name: "text", inputSchema: "object" },
      { name: "list", inputSchema: [schema] },
      { name: "null", inputSchema: null },
      { name: "huge", inputSchema: { type: "object", description: "y".repeat(100_001) } },
      { name: "long", description: "z".repeat(20_001), inputSchema: schema },
      { name: "reef:resources", description: "Reads everything.", inputSchema: schema },
    ];
    const { tools, problems } = takeListed(fresh, told);
    expect(tools.map(({ name }) => name)).toEqual(["good"]);
    expect(problems).toHaveLength(9);
    expect(problems.every((problem) => problem.length < 200)).toBe(true);
  });

  it("takes at most 500 tools", () => {
    const told = Array.from({ length: 700 }, (_, at) => ({ name: `t${at}`, inputSchema: schema }));
    expect(takeListed(fresh, told).tools).toHaveLength(500);
  });

  it("TO5: resources and prompts are tools in Reef's words; offered later, they wait for approval like others", () => {
    const offers = { resources: true, prompts: false };
    const first = takeListed(fresh, [], offers).tools;
    expect(first.map(({ fullName, approved }) => [fullName, approved !== null])).toEqual([["odd__resources", true]]);
    const later = takeListed({ ...fresh, tools: [...first], listedAt: "2026-11-30T00:00:00.000Z" }, [], {
      resources: true,
      prompts: true,
    });
    expect(later.tools.map(({ fullName, approved }) => [fullName, approved !== null])).toEqual([
      ["odd__resources", true],
      ["odd__prompts", false],
    ]);
    const own = takeListed(fresh, [{ name: "resources", inputSchema: schema }], offers).tools;
    expect(own.map(({ name }) => name)).toEqual(["resources"]);
  });
});
