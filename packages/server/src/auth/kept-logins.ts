/**
 * Reads and writes the file of logins, which has only the hash of each cookie. A damaged file logs everyone out and
 * must not keep the server from starting. A file of an older version, with only a hash and an end, can still be read.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeId } from "@reef/engine/ids";
import { type AddedBy, Device } from "@reef/protocol/device";
import { type IsoTime, isoToMs, msToIso } from "@reef/protocol/time";
import { z } from "zod";

/** How long a browser stays logged in, in seconds. */
export const loginSeconds = 30 * 24 * 3600;

const Kept = Device.omit({ current: true }).extend({ hash: z.string() });
/** Changed in place: a login that is read is the one that is written. */
export interface Login extends z.infer<typeof Kept> {
  lastSeenAt: IsoTime;
}

const Old = z.object({ hash: z.string(), expiresAt: z.iso.datetime() });

const unknownOrigin: AddedBy = { kind: "unknown", deviceId: null, name: null };

export async function readLogins(folder: string): Promise<readonly Login[]> {
  const text = await readFile(join(folder, "logins.json"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "[]";
    throw error;
  });
  const rows = z.array(z.unknown()).safeParse(parseOrNull(text));
  return rows.success ? rows.data.flatMap(toLogin) : [];
}

/** Writes the whole file or nothing: a crash leaves the old file or the new one. */
export async function writeLogins(folder: string, logins: Iterable<Login>): Promise<void> {
  const path = join(folder, "logins.json");
  await writeFile(`${path}.new`, JSON.stringify([...logins]), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Returns null for what this version cannot read. */
export function parseLogin(text: string): Login | null {
  return toLogin(parseOrNull(text))[0] ?? null;
}

function toLogin(row: unknown): readonly Login[] {
  const kept = Kept.safeParse(row);
  if (kept.success) return [kept.data];
  const old = Old.safeParse(row);
  if (!old.success) return [];
  const { hash, expiresAt } = old.data;
  const createdAt = msToIso(isoToMs(expiresAt) - loginSeconds * 1000);
  const id = makeId("device");
  return [
    {
      id,
      hash,
      name: "A browser",
      addedBy: unknownOrigin,
      createdAt,
      lastSeenAt: createdAt,
      expiresAt: expiresAt as IsoTime,
    },
  ];
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
