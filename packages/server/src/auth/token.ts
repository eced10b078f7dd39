/**
 * Loads the server's token: from the configuration, else created at the first start and kept in a file that only its
 * owner can read.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Returns the token in `folder/token`, and creates it when there is none: 256 random bits. */
export async function loadToken(folder: string): Promise<string> {
  const path = join(folder, "token");
  const held = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  if (held.trim() !== "") return held.trim();
  const token = `reef_${randomBytes(32).toString("base64url")}`;
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  return token;
}

export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/** Takes the same time wherever the two differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((secret) => createHash("sha256").update(secret).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}

/** Says whether two keys are the same, and nothing else of them. */
export function fingerprintOf(key: string | Uint8Array): string {
  return createHash("sha256").update("reef fleet key ").update(key).digest("base64url").slice(0, 22);
}
