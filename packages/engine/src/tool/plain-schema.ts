/**
 * Reduces a tool's schema to what every model server accepts. Servers turn schemas into grammars or types of their own,
 * and one keyword that they cannot handle refuses the whole request. So a plain schema holds `type`, `description`,
 * `properties`, `required`, `items` and an `enum` of texts, and nothing else. The rest of the schema goes into the
 * description, and is checked at the call. Names of properties stay, and so does which of them are required.
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

/** For a whole schema; beyond it, a part has its type alone. */
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
 * Accepts any JSON Schema, including a broken, recursive or huge one, and returns an object's schema of bounded size.
 * Leaves a plain schema as it is. Contract: never throws.
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

/** Chooses the type that holds most: a text can still express what the others hold. */
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

/** Lists no properties if they are unknown, since a grammar reads an empty list as an empty object. */
function propertiesOf({ properties, required }: SchemaShape, walk: Walk, depth: number) {
  const names = new Set([...required, ...properties.keys()].slice(0, maxProperties));
  const isTooMuch = depth > 0 && (depth > maxDepth || walk.parts + names.size > maxParts);
  if (names.size === 0 || isTooMuch) return {};
  walk.parts += names.size;
  // In the order of the schema, which is the order in which models fill them in.
  const ordered = new Set([...[...properties.keys()].filter((name) => names.has(name)), ...names]);
  const entries = [...ordered].map((name) => [name, partOf(properties.get(name) ?? [], walk, depth)] as const);
  const needed = [...required].filter((name) => names.has(name));
  return { properties: Object.fromEntries(entries), ...(needed.length > 0 && { required: needed }) };
}

function partOf(schemas: readonly Json[], walk: Walk, depth: number): PlainSchema {
  if (depth > maxDepth) return { type: "string" };
  return toPlain(shapeOf(schemas, walk.root), walk, depth + 1);
}
