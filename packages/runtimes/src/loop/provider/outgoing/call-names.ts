/**
 * Converts ids and names of calls to the shape that the receiver accepts. One that fits stays; any other is made from a
 * hash of the original, so that it is the same in every request of the session. No two calls of a window share an id.
 */
import { createHash } from "node:crypto";
import type { Entry } from "@reef/protocol/entry";
import type { ProviderProfile } from "../profile.ts";

type IdShape = Pick<ProviderProfile, "callIdAlphabet" | "callIdLength" | "isCallIdLengthExact">;

/** Returns ids by call entry. The result of a call is sent under its call's id. */
export function mapCallIds(calls: readonly Entry[], shape: IdShape): ReadonlyMap<Entry, string> {
  const idByCall = new Map<Entry, string>();
  const used = new Set<string>();
  // Those that fit come first, so that none of them has to give way to a generated one.
  for (const call of calls) {
    const id = originalOf(call);
    if (!fits(id, shape) || used.has(id)) continue;
    used.add(id);
    idByCall.set(call, id);
  }
  for (const call of calls) {
    if (idByCall.has(call)) continue;
    let id = makeId(originalOf(call), 0, shape);
    for (let salt = 1; used.has(id); salt += 1) id = makeId(originalOf(call), salt, shape);
    used.add(id);
    idByCall.set(call, id);
  }
  return idByCall;
}

function originalOf({ id, tool }: Entry): string {
  return tool?.callId ?? id;
}

function fits(id: string, { callIdAlphabet, callIdLength, isCallIdLengthExact }: IdShape): boolean {
  if (id.length === 0 || id.length > callIdLength) return false;
  if (isCallIdLengthExact && id.length !== callIdLength) return false;
  switch (callIdAlphabet) {
    case "alphanumeric":
      return /^[a-zA-Z0-9]+$/.test(id);
    case "identifier":
      return /^[a-zA-Z0-9_-]+$/.test(id);
    case "any":
      return /^[!-~]+$/.test(id);
  }
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function makeId(original: string, salt: number, { callIdLength }: IdShape): string {
  const hash = createHash("sha256").update(`${salt}:${original}`).digest();
  return [...hash]
    .map((byte) => alphabet[byte % alphabet.length])
    .join("")
    .slice(0, Math.min(callIdLength, 24));
}

/** Returns a name of letters, digits, `_` and `-`, which begins with a letter or `_`. One that fits stays. */
export function toolNameFor(name: string, { toolNameLength }: Pick<ProviderProfile, "toolNameLength">): string {
  const plain = name.replace(/[^a-zA-Z0-9_-]/g, "_").replace(/^(?=[^a-zA-Z_])/, "_");
  return plain === "" ? "unknown" : plain.slice(0, toolNameLength);
}

/** Returns the name under which each tool is sent, by its own name; no two are equal. */
export function mapToolNames(
  names: readonly string[],
  profile: Pick<ProviderProfile, "toolNameLength">,
): ReadonlyMap<string, string> {
  const sent = new Map<string, string>();
  const used = new Set<string>();
  for (const name of names) {
    const plain = toolNameFor(name, profile);
    let unique = plain;
    for (let n = 2; used.has(unique); n += 1) {
      unique = `${plain.slice(0, profile.toolNameLength - `_${n}`.length)}_${n}`;
    }
    used.add(unique);
    sent.set(name, unique);
  }
  return sent;
}
