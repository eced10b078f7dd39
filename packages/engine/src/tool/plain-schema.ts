/**
 * A tool's schema as every model server takes it. Servers turn schemas into grammars or into types of their own, and one
 * keyword that they cannot take refuses the whole request. So a plain schema holds `type`, `description`, `properties`,
 * `required`, `items` and an `enum` of texts, and nothing else. What else the schema says is said in the description, and
 * checked when the call comes. The names of properties stay, and so does which of them are required.
 */
import { notesOf, withNotes } from "./schema-notes.ts";
import { type Json, type SchemaShape, shapeOf, type Types } from "./schema-shape.ts";

export interface PlainSchema {
  readonly type: "object" | "array" | "string" | "number" | "integer" | "boolean";
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, PlainSchema>>;
  readonly required?: readonly string[];
  readonly items?: PlainSchema;
}

/** Of a whole schema; beyond it, a part is given by its type alone. */
const maxParts = 1_000;
const maxDepth = 8;
const maxProperties = 300;
const maxChoices = 100;
const maxChoiceLength = 200;

interface Walk {
  readonly root: Json;
  parts: number;
}

/**
 * Takes any JSON Schema, also one that is broken, recursive or huge, and gives an object's schema of bounded size.
 * A plain schema comes out as it went in. Never throws.
 */
export function plainSchema(schema: unknown): PlainSchema {
  const walk: Walk = { root: schema, parts: 0 };
  const shape = shapeOf([schema], schema);
  const plain = toPlain({ ...shape, types: new Set(["object"]) }, walk, 0);
  return plain.properties === undefined ? { ...plain, properties: {} } : plain;
}

function toPlain(shape: SchemaShape, walk: Walk, depth: number): PlainSchema {
  const type = chooseType(shape.types);
  const choices = choicesOf(shape, type);
  const description = withNotes(shape.description, notesOf(shape, { type, isListed: choices !== null }));
  return {
    type,
    ...(description !== "" && { description }),
    ...(choices !== null && { enum: choices }),
    ...(type === "object" && propertiesOf(shape, walk, depth)),
    ...(type === "array" && { items: partOf(shape.items, walk, depth) }),
  };
}

/** The one that holds most: what is said in words can still be given where only a text is expected. */
function chooseType(types: Types): PlainSchema["type"] {
  for (const type of ["object", "array", "string", "number", "integer", "boolean"] as const) {
    if (types.has(type)) return type;
  }
  return "string";
}

function choicesOf({ choices }: SchemaShape, type: PlainSchema["type"]): readonly string[] | null {
  if (choices === null || type !== "string" || choices.length > maxChoices) return null;
  const texts = choices.filter((choice) => choice !== null);
  return texts.length > 0 && texts.every(isChoice) ? [...new Set(texts)] : null;
}

function isChoice(choice: Json): choice is string {
  return typeof choice === "string" && choice !== "" && choice.length <= maxChoiceLength && choice.isWellFormed();
}

/** An object whose properties nobody knows has none listed: a grammar would take an empty list for an empty object. */
function propertiesOf({ properties, required }: SchemaShape, walk: Walk, depth: number) {
  const names = new Set([...required, ...properties.keys()].slice(0, maxProperties));
  const isTooMuch = depth > 0 && (depth > maxDepth || walk.parts + names.size > maxParts);
  if (names.size === 0 || isTooMuch) return {};
  walk.parts += names.size;
  // In the order of the schema, which is the order that models fill them in.
  const ordered = new Set([...[...properties.keys()].filter((name) => names.has(name)), ...names]);
  const entries = [...ordered].map((name) => [name, partOf(properties.get(name) ?? [], walk, depth)] as const);
  const needed = [...required].filter((name) => names.has(name));
  return { properties: Object.fromEntries(entries), ...(needed.length > 0 && { required: needed }) };
}

function partOf(schemas: readonly Json[], walk: Walk, depth: number): PlainSchema {
  if (depth > maxDepth) return { type: "string" };
  return toPlain(shapeOf(schemas, walk.root), walk, depth + 1);
}
