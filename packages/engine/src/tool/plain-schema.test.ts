import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createCatalogue, memoryTools, sessionTools } from "./catalogue.ts";
import { type PlainSchema, plainSchema } from "./plain-schema.ts";

const allowed = ["type", "description", "enum", "properties", "required", "items"];
const types = ["object", "array", "string", "number", "integer", "boolean"];

/** Returns what the strictest server would refuse. */
function refusals(schema: PlainSchema, path = "", depth = 0): string[] {
  const { type, enum: choices, properties, required = [], items, description = "" } = schema;
  const names = Object.keys(properties ?? {});
  const found = [
    ...Object.keys(schema).filter((key) => !allowed.includes(key)),
    ...(types.includes(type) ? [] : [`type ${type}`]),
    ...(depth > 12 ? ["too deep"] : []),
    ...(properties !== undefined && type !== "object" ? ["properties of no object"] : []),
    ...(depth > 0 && properties !== undefined && names.length === 0 ? ["no properties"] : []),
    ...required.filter((name) => !names.includes(name)).map((name) => `required ${name}`),
    ...(type === "array" && items === undefined ? ["no items"] : []),
    ...(choices !== undefined && (type !== "string" || choices.length === 0) ? ["choices"] : []),
    ...(choices ?? []).filter((choice) => typeof choice !== "string" || choice === "").map(() => "choice"),
    ...(typeof description === "string" && description.length <= 2_000 && description.isWellFormed() ? [] : ["text"]),
  ].map((what) => `${path}: ${what}`);
  const inside = Object.entries(properties ?? {}).flatMap(([name, part]) =>
    refusals(part, `${path}.${name}`, depth + 1),
  );
  return [...found, ...inside, ...(items === undefined ? [] : refusals(items, `${path}[]`, depth + 1))];
}

describe("PR1: plain schemas", () => {
  it("PR1: of every tool, nothing is left that a grammar cannot build", async () => {
    const { specs } = await createCatalogue([...sessionTools, ...memoryTools]).forBot({ tools: null } as never);
    expect(specs.length).toBeGreaterThan(10);
    for (const { name, description, inputSchema } of specs) {
      expect(refusals(inputSchema as unknown as PlainSchema, name)).toEqual([]);
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(description.length).toBeLessThanOrEqual(1_024);
    }
  });

  it("PR1: says limits, formats and defaults in the description", () => {
    const input = z.strictObject({
      text: z.string().min(1).max(20_000).describe("What to say"),
      count: z.int().min(1).max(100).default(20),
      after: z.int().positive().optional(),
      at: z.iso.datetime({ offset: true }).optional(),
      tags: z.array(z.string()).max(5).default([]),
      level: z.union([z.literal(1), z.literal(2)]).optional(),
    });
    expect(plainSchema(z.toJSONSchema(input, { io: "input" }))).toEqual({
      type: "object",
      properties: {
        text: { type: "string", description: "What to say. At most 20,000 characters." },
        count: { type: "integer", description: "From 1 to 100; 20 when left out." },
        after: { type: "integer", description: "More than 0." },
        at: { type: "string", description: "A date and time in ISO 8601." },
        tags: { type: "array", description: "At most 5 items.", items: { type: "string" } },
        level: { type: "number", description: "One of 1, 2." },
      },
      required: ["text"],
    });
  });

  it("PR1: makes one type of several", () => {
    const plain = plainSchema({
      type: "object",
      properties: {
        maybe: { anyOf: [{ type: "string" }, { type: "null" }] },
        listed: { type: ["integer", "null"] },
        mixed: { oneOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
        shape: {
          oneOf: [
            { type: "object", properties: { kind: { const: "a" }, x: { type: "number" } }, required: ["kind", "x"] },
            { type: "object", properties: { kind: { const: "b" } }, required: ["kind"] },
          ],
        },
        open: { type: "object", additionalProperties: { type: "string" } },
        anything: {},
        numbers: { enum: [1, 2, 3] },
      },
      required: ["maybe", "ghost"],
      allOf: [{ properties: { more: { type: "boolean" } }, required: ["more"] }],
    });
    expect(plain).toEqual({
      type: "object",
      properties: {
        maybe: { type: "string" },
        listed: { type: "integer" },
        mixed: { type: "array", description: "A text is also accepted.", items: { type: "string" } },
        shape: {
          type: "object",
          properties: { kind: { type: "string", enum: ["a", "b"] }, x: { type: "number" } },
          required: ["kind"],
        },
        open: { type: "object" },
        anything: { type: "string", description: "Any JSON value." },
        numbers: { type: "integer", description: "One of 1, 2, 3." },
        more: { type: "boolean" },
        ghost: { type: "string", description: "Any JSON value." },
      },
      required: ["maybe", "ghost", "more"],
    });
  });

  it("PR1: follows references and bounds what refers to itself", () => {
    const tree = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $ref: "#/$defs/node",
      $defs: {
        node: {
          type: "object",
          properties: {
            name: { type: "string" },
            children: { type: "array", items: { $ref: "#/$defs/node" } },
            self: { $ref: "#" },
          },
          required: ["name"],
        },
        loop: { $ref: "#/$defs/loop" },
      },
    };
    const plain = plainSchema(tree);
    expect(Object.keys(plain.properties ?? {})).toEqual(["name", "children", "self"]);
    expect(plain.required).toEqual(["name"]);
    expect(refusals(plain)).toEqual([]);
    expect(JSON.stringify(plain).length).toBeLessThan(200_000);
    expect(plainSchema({ $ref: "#/$defs/loop", $defs: tree.$defs })).toEqual({ type: "object", properties: {} });
    expect(plainSchema({ $ref: "https://elsewhere.example/schema.json" })).toEqual({ type: "object", properties: {} });
  });

  it.each([
    null,
    7,
    "text",
    [],
    true,
    { type: "string" },
    { type: "object", properties: null, required: "all" },
  ])("PR1: makes an object's schema of %j", (schema) =>
    expect(plainSchema(schema)).toMatchObject({ type: "object", properties: {} }));

  it("PR1: bounds what is huge, deep or twisted", () => {
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`p${n}`, { type: "object" }]));
    let deep: unknown = { type: "string" };
    for (let n = 0; n < 5_000; n += 1) deep = n % 2 ? { allOf: [deep] } : { type: "object", properties: { deep } };
    const every = { properties: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`p${n}`, { $ref: "#" }])) };
    const twisted = { anyOf: Array.from({ length: 60 }, () => ({ $ref: "#" })) };
    const choices = { properties: { pick: { enum: Array.from({ length: 9_999 }, (_, n) => `v${n}`) } } };
    for (const schema of [{ type: "object", properties: wide }, deep, every, twisted, choices]) {
      const plain = plainSchema(schema);
      expect(refusals(plain)).toEqual([]);
      expect(JSON.stringify(plain).length).toBeLessThan(100_000);
    }
  });

  it("PR1: whatever the schema, nothing refused is left and no property is lost", () => {
    const name = fc.constantFrom("a", "b", "__proto__", "$ref", "type", "constructor");
    const { node } = fc.letrec<{ schema: Record<string, unknown>; node: Record<string, unknown> }>((tie) => ({
      schema: fc.oneof({ maxDepth: 3, depthSize: "small" }, fc.constant({}), tie("node")),
      node: fc.record(
        {
          type: fc.constantFrom(
            "object",
            "array",
            "string",
            "number",
            "integer",
            "null",
            "file",
            ["string", "null"],
            7,
          ),
          description: fc.oneof(fc.string(), fc.constant("\uD800 half"), fc.constant(7)),
          properties: fc.dictionary(name, tie("schema"), { maxKeys: 3 }),
          required: fc.array(name, { maxLength: 3 }),
          items: fc.oneof(tie("schema"), fc.constant(true), fc.array(tie("schema"), { maxLength: 2 })),
          anyOf: fc.array(tie("schema"), { maxLength: 3 }),
          allOf: fc.array(tie("schema"), { maxLength: 2 }),
          enum: fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 4 }),
          const: fc.oneof(fc.string(), fc.constant(null), fc.boolean()),
          $ref: fc.constantFrom("#", "#/properties/a", "#/nowhere", "other.json", "#/%E0%A4%A"),
          maxLength: fc.oneof(fc.integer(), fc.constant(1e21), fc.constant("many")),
          maximum: fc.oneof(fc.double(), fc.constant(Number.MAX_SAFE_INTEGER)),
          pattern: fc.string(),
          format: fc.string(),
          default: fc.jsonValue(),
          additionalProperties: fc.oneof(fc.boolean(), tie("schema")),
          not: tie("schema"),
        },
        { requiredKeys: [] },
      ),
    }));
    fc.assert(
      fc.property(node, (input) => {
        const plain = plainSchema(input);
        expect(plain.type).toBe("object");
        expect(refusals(plain)).toEqual([]);
        expect(plainSchema(plain)).toEqual(plain);
        const names = Object.keys(plain.properties ?? {});
        expect(names).toEqual(expect.arrayContaining(Object.keys(input.properties ?? {})));
        expect(plain.required ?? []).toEqual(expect.arrayContaining((input.required as string[] | undefined) ?? []));
      }),
      { numRuns: 500 },
    );
  });
});
