/**
 * OpenClaw offers most tools, and every tool of a plugin, behind one of its own: `tool_call {id, args}`. People are shown the
 * tool that was called, and what it was given, under the name that it has in Reef.
 */
import { toReefName } from "./tool-names.ts";

export interface ShownCall {
  readonly name: string;
  readonly input: unknown;
}

export function innerCall(name: string, input: unknown): ShownCall {
  if (name !== outerName || typeof input !== "object" || input === null) return { name: toReefName(name), input };
  const { id, args } = input as { readonly id?: unknown; readonly args?: unknown };
  if (typeof id !== "string" || id === "" || id.length > maxNameLength) return { name, input };
  return { name: toReefName(id), input: args ?? {} };
}

const outerName = "tool_call";
const maxNameLength = 200;

/** The name that a result has by itself: of an inner call only its call knows it. */
export function isOuterName(name: string): boolean {
  return name === outerName;
}
