/**
 * Unwraps inner calls: OpenClaw offers most tools, and every tool of a plugin, behind `tool_call {id, args}`. People
 * see the called tool and its input, under its name in Reef.
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

/** True for the name on the result itself: only the call of an inner call knows the tool. */
export function isOuterName(name: string): boolean {
  return name === outerName;
}
