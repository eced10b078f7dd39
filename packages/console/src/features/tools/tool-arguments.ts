/** Reads from a JSON Schema, which anyone may have written, the names of what a tool takes. */

export interface ToolArgument {
  readonly name: string;
  readonly isRequired: boolean;
}

const most = 24;

export function argumentsOf(schema: Readonly<Record<string, unknown>>): readonly ToolArgument[] {
  const { properties, required } = schema;
  if (typeof properties !== "object" || properties === null) return [];
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.keys(properties)
    .slice(0, most)
    .map((name) => ({ name: name.slice(0, 60), isRequired: needed.has(name) }));
}
