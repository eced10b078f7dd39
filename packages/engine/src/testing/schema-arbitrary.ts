/**
 * Generates values that a schema accepts, for properties over every field: one arbitrary for each kind of schema, so
 * that a field added to a schema is tested without an edit to any test. An unknown kind is an error.
 */
import { GivenTime } from "@reef/protocol/time";
import fc from "fast-check";
import { z } from "zod";

export interface ArbitraryOptions {
  /** Overrides the schema by path, such as `agent.gatewayId`, for values that must fit existing nouns. */
  readonly at?: Readonly<Record<string, fc.Arbitrary<unknown>>>;
  /** True to give every optional field. */
  readonly isFull?: boolean;
}

/** Generates unparsed values, each of which the schema accepts. */
export function arbitraryOf<Schema extends z.ZodType>(
  schema: Schema,
  options: ArbitraryOptions = {},
): fc.Arbitrary<z.input<Schema>> {
  return build(schema, "", options) as fc.Arbitrary<z.input<Schema>>;
}

function build(schema: z.core.$ZodType, path: string, options: ArbitraryOptions): fc.Arbitrary<unknown> {
  const given = options.at?.[path];
  if (given !== undefined) return given;
  const next = (inner: z.core.$ZodType, name?: string) =>
    build(inner, name === undefined ? path : path === "" ? name : `${path}.${name}`, options);
  const taken = (arbitrary: fc.Arbitrary<unknown>) => onlyTaken(schema, path, arbitrary);

  if (schema === GivenTime) return times;
  if (schema instanceof z.ZodOptional) {
    return options.isFull === true ? next(schema.unwrap()) : fc.option(next(schema.unwrap()), { nil: undefined });
  }
  if (schema instanceof z.ZodNullable) return fc.option(next(schema.unwrap()), { nil: null, freq: 4 });
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    const fields = Object.entries(shape).map(([name, field]) => [name, next(field, name)] as const);
    return fc.record(Object.fromEntries(fields)).map(withoutMissing);
  }
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map((option) => next(option)));
  if (schema instanceof z.ZodArray) return taken(fc.array(next(schema.element), { maxLength: 5 }));
  if (schema instanceof z.ZodRecord) return taken(fc.dictionary(fc.string({ unit: "binary" }), next(schema.valueType)));
  if (schema instanceof z.ZodPipe) return taken(next(schema.in));
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodISODateTime) return times;
  if (schema instanceof z.ZodString) return taken(textOf(schema));
  if (schema instanceof z.ZodNumber) return numberOf(schema);
  // The only schema that refers to itself is that of any JSON.
  if (schema instanceof z.ZodLazy) return fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
  throw new Error(`no arbitrary for a schema of the kind ${schema._zod.def.type}, at ${path || "the top"}`);
}

/** Filters values; a schema that accepts next to none is an error instead of an endless wait. */
function onlyTaken(schema: z.core.$ZodType, path: string, arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  let refused = 0;
  return arbitrary.filter((value) => {
    const isTaken = z.safeParse(schema, value).success;
    refused = isTaken ? 0 : refused + 1;
    if (refused > 1_000)
      throw new Error(`1,000 values in turn were refused at ${path || "the top"}: it needs an arbitrary`);
    return isTaken;
  });
}

const times = fc
  .date({ min: new Date("1970-01-01T00:00:00Z"), max: new Date("2200-01-01T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Generates any text that JSON can carry, occasionally the longest that is allowed. */
function textOf(schema: z.ZodString): fc.Arbitrary<string> {
  const pattern = schema._zod.def.checks?.map(({ _zod }) => (_zod.def as { pattern?: RegExp }).pattern).find(Boolean);
  if (pattern !== undefined) return fc.stringMatching(pattern);
  const [minLength, maxLength] = [schema.minLength ?? 0, schema.maxLength ?? 1_000];
  const usual = fc.string({ unit: "binary", minLength, maxLength: Math.min(maxLength, 300) });
  return fc.oneof(
    { weight: 20, arbitrary: usual },
    {
      weight: 1,
      arbitrary: fc.constantFrom("🪸".repeat(Math.max(1, Math.floor(maxLength / 2))), "x".repeat(maxLength)),
    },
  );
}

function numberOf(schema: z.ZodNumber): fc.Arbitrary<number> {
  const [min, max] = [schema.minValue ?? -Number.MAX_SAFE_INTEGER, schema.maxValue ?? Number.MAX_SAFE_INTEGER];
  const isInt = schema.format?.includes("int") === true;
  const numbers = isInt ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
  // JSON has one zero.
  return numbers.map((value) => (value === 0 ? 0 : value));
}

function withoutMissing(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
