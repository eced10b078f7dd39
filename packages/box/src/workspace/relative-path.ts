/**
 * Reads a path as a bot wrote it: relative to its workspace, or below /work, where its commands see the workspace. It is
 * judged by its words alone; `beneath.ts` then follows it without leaving the folder.
 */
import { AppError } from "@reef/protocol/error";

/** Where commands see the workspace. */
export const boxRoot = "/work";

const maxPathBytes = 4_096;
const maxNameBytes = 255;
const maxDepth = 100;

/** Returns the names on the way; empty for the workspace itself. Throws `invalid_request`. */
export function parsePath(text: string): readonly string[] {
  if (text.includes("\0")) throw new AppError("invalid_request", "the path holds a NUL character");
  if (!text.isWellFormed()) throw new AppError("invalid_request", "the path is not valid Unicode");
  if (Buffer.byteLength(text) > maxPathBytes)
    throw new AppError("invalid_request", `the path is longer than ${maxPathBytes} bytes`);
  const inside = text === boxRoot ? "" : text.startsWith(`${boxRoot}/`) ? text.slice(boxRoot.length + 1) : text;
  if (inside.startsWith("/"))
    throw new AppError("invalid_request", `${sayPath(text)} is outside the workspace: expected a relative path`);
  const names: string[] = [];
  for (const name of inside.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (names.pop() === undefined)
        throw new AppError("invalid_request", `${sayPath(text)} leads out of the workspace: expected a path inside it`);
      continue;
    }
    if (Buffer.byteLength(name) > maxNameBytes)
      throw new AppError("invalid_request", `a name in the path is longer than ${maxNameBytes} bytes`);
    names.push(name);
  }
  if (names.length > maxDepth) throw new AppError("invalid_request", `the path is deeper than ${maxDepth} folders`);
  return names;
}

/** Returns the path for a sentence: on one line, in quotes when its characters need them, never too long. */
export function sayPath(path: string | readonly string[]): string {
  const text = typeof path === "string" ? path : path.join("/") || ".";
  const short = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return /^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(short) && !/[“”"\\]/.test(short) ? `“${short}”` : JSON.stringify(short);
}
