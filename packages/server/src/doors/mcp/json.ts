/** The JSON that MCP requires of a tool's schema: an object. */
export interface JsonSchemaObject {
  readonly type: "object";
  readonly [keyword: string]: unknown;
}

export function toJsonSchemaObject(schema: Readonly<Record<string, unknown>>): JsonSchemaObject {
  return { ...schema, type: "object" };
}

export function toText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
