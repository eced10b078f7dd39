/**
 * Joins the pieces of tool calls. Servers leave out the index or the id, start at one, repeat an id or a name or send
 * it empty, reuse an index for a further call, or send a whole call in one piece; a piece belongs to the call that most
 * of its fields point to. Only the completeness of arguments decides, never their meaning.
 */
import type { RawCall } from "./delta.ts";

export interface CallDraft {
  id: string | null;
  index: number | null;
  name: string;
  text: string;
  fields: Record<string, unknown>;
}

/** The most characters of a call's arguments; the rest is not kept. */
export const mostArgumentChars = 256 * 1024;
/** More calls than one answer may hold. */
const mostDrafts = 512;

/** Adds a piece to `calls`. `toolNames`: the tools offered to the model, for names that come in pieces. */
export function addCallPiece(calls: CallDraft[], piece: RawCall, toolNames: ReadonlySet<string>): void {
  const found = findCall(calls, piece, toolNames);
  if (found === null && calls.length >= mostDrafts) return;
  const call = found ?? newDraft(piece);
  if (found === null) calls.push(call);
  call.id ??= piece.id;
  call.index ??= piece.index;
  call.name = joinNames(call.name, piece.name, toolNames);
  Object.assign(call.fields, piece.fields);
  addArguments(call, piece.input);
}

function newDraft({ id, index }: RawCall): CallDraft {
  return { id, index, name: "", text: "", fields: {} };
}

function findCall(calls: CallDraft[], piece: RawCall, toolNames: ReadonlySet<string>): CallDraft | null {
  const { id, index } = piece;
  const last = calls.at(-1) ?? null;
  if (id !== null) {
    const same = calls.findLast((call) => call.id === id);
    // One id for several calls: their indexes, or a further start, distinguish them.
    if (same !== undefined) {
      const isOther = index !== null && same.index !== null && index !== same.index && piece.name !== null;
      return isOther || isFurther(same, piece, toolNames) ? null : same;
    }
  }
  const atIndex = index === null ? undefined : calls.findLast((call) => call.index === index);
  if (atIndex !== undefined) {
    const isOtherId = id !== null && atIndex.id !== null && piece.name !== null && isComplete(atIndex);
    return isOtherId || isFurther(atIndex, piece, toolNames) ? null : atIndex;
  }
  if (index !== null && piece.name !== null) return null;
  // Without a known index, a name starts a call, and anything else continues the newest.
  if (last === null || (piece.name !== null && startsAnew(last, piece, toolNames))) return null;
  return last;
}

/**
 * Decides what a named piece means for a call with a name: the same name, more of it, or the start of a further call.
 */
function isFurther(call: CallDraft, piece: RawCall, toolNames: ReadonlySet<string>): boolean {
  if (piece.name === null || call.name === "") return false;
  if (isNamePiece(call, piece, toolNames)) return false;
  if (piece.name !== call.name) return true;
  return isComplete(call) && startsArguments(piece.input);
}

function startsAnew(call: CallDraft, piece: RawCall, toolNames: ReadonlySet<string>): boolean {
  if (isNamePiece(call, piece, toolNames)) return false;
  if (piece.name !== call.name || piece.id !== null) return true;
  return isComplete(call) || (call.text === "" && startsArguments(piece.input));
}

function isNamePiece(call: CallDraft, piece: RawCall, toolNames: ReadonlySet<string>): boolean {
  const joined = call.name + (piece.name ?? "");
  return call.text === "" && !toolNames.has(call.name) && [...toolNames].some((name) => name.startsWith(joined));
}

function joinNames(name: string, next: string | null, toolNames: ReadonlySet<string>): string {
  if (next === null || next === name) return name;
  if (name === "") return next;
  const joined = name + next;
  return !toolNames.has(name) && [...toolNames].some((known) => known.startsWith(joined)) ? joined : name;
}

function isComplete({ text }: CallDraft): boolean {
  if (!/[}\]"]\s*$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function startsArguments(input: unknown): boolean {
  return typeof input === "string" ? /^\s*[{"[]/.test(input) : input !== null && input !== undefined;
}

function addArguments(call: CallDraft, input: unknown): void {
  if (input === null || input === undefined) return;
  const text = typeof input === "string" ? input : JSON.stringify(input);
  // An object is complete, so a later one replaces it.
  if (typeof input !== "string" && isComplete(call)) call.text = text;
  else if (call.text.length <= mostArgumentChars) call.text += text;
}
