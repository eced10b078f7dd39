/**
 * Reads what a JSON Schema says, with its references followed and its alternatives merged: types, properties, choices,
 * limits. All parts of `allOf` hold together; of `anyOf` and `oneOf` one holds, so only what all of them require is
 * required. Reading is bounded, whatever the references.
 */

export type Json = unknown;
export type TypeName = "object" | "array" | "string" | "number" | "integer" | "boolean";
export type Types = ReadonlySet<TypeName>;

/** Keywords that limit a value, which are described in words. */
const limitKeywords = [
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "format",
  "pattern",
  "default",
] as const;
export type LimitKeyword = (typeof limitKeywords)[number];

export interface SchemaShape {
  readonly description: string;
  /** Empty if nothing is known. */
  readonly types: Types;
  /** The values it may have; null for any value of its types. */
  readonly choices: readonly Json[] | null;
  /** By name, every schema that the property must or may fit. */
  readonly properties: ReadonlyMap<string, readonly Json[]>;
  readonly required: ReadonlySet<string>;
  readonly items: readonly Json[];
  readonly limits: Readonly<Partial<Record<LimitKeyword, Json>>>;
}

const noShape: SchemaShape = {
  description: "",
  types: new Set(),
  choices: null,
  properties: new Map(),
  required: new Set(),
  items: [],
  limits: {},
};

/** The most schemas read for one part, and how deeply they may nest. */
const maxReads = 200;
const maxNesting = 16;

interface Reading {
  readonly root: Json;
  reads: number;
}

/** Returns the shape of a value that fits one of the schemas. */
export function shapeOf(schemas: readonly Json[], root: Json): SchemaShape {
  return oneOf(schemas, { root, reads: 0 }, 0);
}

function oneOf(schemas: readonly Json[], reading: Reading, nesting: number): SchemaShape {
  const shapes = schemas
    .filter((schema) => schemas.length === 1 || !isNull(schema))
    .map((schema) => readShape(schema, reading, nesting))
    .filter((shape) => shape !== null);
  const [first, ...more] = shapes;
  return first === undefined ? noShape : more.reduce(either, first);
}

function readShape(schema: Json, reading: Reading, nesting: number): SchemaShape | null {
  reading.reads += 1;
  if (reading.reads > maxReads || nesting > maxNesting) return null;
  if (!isRecord(schema)) return noShape;
  let shape = ownShape(schema);
  const parts = [
    ...("$ref" in schema ? [resolveRef(schema.$ref, reading.root)] : []),
    ...(Array.isArray(schema.allOf) ? schema.allOf : []),
  ];
  for (const part of parts) {
    const read = readShape(part, reading, nesting + 1);
    if (read !== null) shape = both(shape, read);
  }
  for (const branches of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(branches)) shape = both(shape, oneOf(branches, reading, nesting + 1));
  }
  return shape;
}

function ownShape(schema: Readonly<Record<string, Json>>): SchemaShape {
  const properties = isRecord(schema.properties) ? Object.entries(schema.properties) : [];
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => typeof name === "string") : [];
  const choices = Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : null;
  const tuple = Array.isArray(schema.items) ? schema.items : schema.prefixItems;
  const items = [...(isRecord(schema.items) ? [schema.items] : []), ...(Array.isArray(tuple) ? tuple : [])];
  const known = {
    ...noShape,
    description: typeof schema.description === "string" ? schema.description : "",
    choices,
    properties: new Map(properties.map(([name, value]) => [name, [value]])),
    required: new Set(required),
    items,
    limits: Object.fromEntries(limitKeywords.flatMap((key) => (key in schema ? [[key, schema[key]]] : []))),
  };
  return { ...known, types: typesOf(schema, known) };
}

const typeNames: ReadonlySet<unknown> = new Set(["object", "array", "string", "number", "integer", "boolean"]);

function typesOf(schema: Readonly<Record<string, Json>>, shape: SchemaShape): Types {
  const named = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => typeNames.has(type));
  if (named.length > 0) return new Set(named as TypeName[]);
  if (shape.choices !== null) return new Set(shape.choices.flatMap(typeOfValue));
  if (shape.properties.size > 0 || shape.required.size > 0) return new Set(["object"]);
  return shape.items.length > 0 ? new Set(["array"]) : new Set();
}

function typeOfValue(value: Json): TypeName[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return ["array"];
  if (typeof value === "number") return [Number.isInteger(value) ? "integer" : "number"];
  return typeNames.has(typeof value) ? [typeof value as TypeName] : [];
}

function both(a: SchemaShape, b: SchemaShape): SchemaShape {
  const common = new Set([...a.types].filter((type) => b.types.has(type)));
  const types = a.types.size === 0 ? b.types : b.types.size === 0 ? a.types : common.size > 0 ? common : a.types;
  return {
    ...joined(a, b),
    types,
    choices: a.choices === null || b.choices === null ? (a.choices ?? b.choices) : commonChoices(a.choices, b.choices),
    required: new Set([...a.required, ...b.required]),
    limits: { ...b.limits, ...a.limits },
  };
}

function either(a: SchemaShape, b: SchemaShape): SchemaShape {
  const isObject = ({ types }: SchemaShape) => types.has("object");
  const common = [...a.required].filter((name) => b.required.has(name));
  // Alternatives that are no object require nothing, and the tool will be asked for an object.
  const required = isObject(a) && isObject(b) ? common : isObject(a) ? [...a.required] : [...b.required];
  return {
    ...joined(a, b),
    types: new Set([...a.types, ...b.types]),
    choices: a.choices === null || b.choices === null ? null : [...a.choices, ...b.choices],
    required: new Set(required),
    limits: sameLimits(a, b),
  };
}

function joined(a: SchemaShape, b: SchemaShape): Pick<SchemaShape, "description" | "properties" | "items"> {
  const properties = new Map(a.properties);
  for (const [name, schemas] of b.properties) properties.set(name, [...(properties.get(name) ?? []), ...schemas]);
  return { description: a.description || b.description, properties, items: [...a.items, ...b.items] };
}

function commonChoices(a: readonly Json[], b: readonly Json[]): readonly Json[] {
  const common = a.filter((choice) => b.includes(choice));
  return common.length > 0 ? common : a;
}

function sameLimits(a: SchemaShape, b: SchemaShape): SchemaShape["limits"] {
  return Object.fromEntries(Object.entries(a.limits).filter(([key, value]) => b.limits[key as LimitKeyword] === value));
}

/** Resolves references within the same schema only: nothing is fetched. */
function resolveRef(ref: Json, root: Json): Json {
  if (typeof ref !== "string" || !ref.startsWith("#")) return {};
  let at: Json = root;
  for (const step of ref.slice(1).split("/").slice(1, 50)) {
    const key = decodeStep(step);
    at = isRecord(at) || Array.isArray(at) ? ownValue(at, key) : undefined;
  }
  return at === undefined ? {} : at;
}

function decodeStep(step: string): string {
  const plain = step.replaceAll("~1", "/").replaceAll("~0", "~");
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

function ownValue(value: object, key: string): Json {
  return Object.hasOwn(value, key) ? (value as Record<string, Json>)[key] : undefined;
}

function isNull(schema: Json): boolean {
  if (!isRecord(schema)) return false;
  return schema.type === "null" || ("const" in schema && schema.const === null);
}

function isRecord(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
