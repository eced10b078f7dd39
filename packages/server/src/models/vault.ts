/**
 * Seals secrets before they reach the store, and opens them for the one address they belong to (SE8). It uses
 * AES-256-GCM with a nonce for each value and the secret's name bound to it: a sealed value moved under another name
 * does not open. The key is a variable, or a file that only its owner can read, created for the first secret; without
 * it nothing opens, and all else works. Values sealed by the file's key still open after a variable is set.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@reef/protocol/error";
import { toDiskProblem } from "@reef/store/sqlite/disk";
import { fingerprintOf } from "../auth/token.ts";

export interface Vault {
  /** Creates the key when there is none. Throws `conflict` when the key's file cannot be used. */
  seal(name: string, value: string): Promise<string>;
  /** Returns null when it cannot be opened: the key is another one, or the text was changed. Never rejects. */
  open(name: string, sealed: string): Promise<string | null>;
  /** Says whether another worker has the same key. Creates the key when there is none. */
  fingerprint(): Promise<string>;
}

export const secretsKeyVariable = "REEF_SECRETS_KEY";
const fileName = "secrets.key";
const version = "v1";
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** `words`: the variable's text, if there is one; then no file is used. */
export function openVault({ folder, words }: { readonly folder: string; readonly words: string | undefined }): Vault {
  const path = join(folder, fileName);
  const fromWords = words === undefined || words === "" ? null : keyOfWords(words);
  return {
    async seal(name, value) {
      const key = fromWords ?? (await keyOfFile(path));
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(boundTo(name));
      const body = Buffer.concat([cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `${version}.${nonce.toString("base64url")}.${body.toString("base64url")}`;
    },
    fingerprint: async () => fingerprintOf(fromWords ?? (await keyOfFile(path))),
    async open(name, sealed) {
      try {
        const byWords = fromWords === null ? null : openWith(fromWords, name, sealed);
        if (byWords !== null) return byWords;
        const key = await readKey(path);
        return key === null ? null : openWith(key, name, sealed);
      } catch {
        return null; // whatever is wrong with the file, the answer is the same: enter it again
      }
    },
  };
}

/** Returns null when it was sealed by another key, under another name, or changed since. */
function openWith(key: Buffer, name: string, sealed: string): string | null {
  const [form, nonce = "", text = ""] = sealed.split(".");
  const body = Buffer.from(text, "base64url");
  if (form !== version || body.length < tagBytes) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"))
      .setAAD(boundTo(name))
      .setAuthTag(body.subarray(-tagBytes));
    return Buffer.concat([decipher.update(body.subarray(0, -tagBytes)), decipher.final()]).toString("utf8");
  } catch {
    return null; // the cipher does not say what is wrong
  }
}

function boundTo(name: string): Buffer {
  return Buffer.from(`reef secret ${name}`, "utf8");
}

/** Slow on purpose: a person may have chosen the words. */
function keyOfWords(words: string): Buffer {
  return scryptSync(words, "reef secrets", keyBytes);
}

/** Returns null when there is no file. */
async function readKey(path: string): Promise<Buffer | null> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new AppError("conflict", `the file ${fileName} in the data folder cannot be read (${error.code})`);
  });
  if (text === null) return null;
  const key = Buffer.from(text.trim(), "base64url");
  if (key.length === keyBytes) return key;
  throw new AppError(
    "conflict",
    `the file ${fileName} in the data folder contains no key of Reef: restore it, or move it away and enter the keys again`,
  );
}

const making = new Map<string, Promise<Buffer>>();

/** Concurrent first uses get the same key. */
function keyOfFile(path: string): Promise<Buffer> {
  const key =
    making.get(path) ??
    readKey(path)
      .then((found) => found ?? makeKey(path))
      .finally(() => making.delete(path));
  making.set(path, key);
  return key;
}

/** Writes the whole key or nothing: half a key, left by a full disk, would never be usable. */
async function makeKey(path: string): Promise<Buffer> {
  const key = randomBytes(keyBytes);
  const fresh = `${path}.new`;
  try {
    await using handle = await open(fresh, "w", 0o600);
    await handle.chmod(0o600);
    await handle.writeFile(`${key.toString("base64url")}\n`);
    await handle.sync();
    await rename(fresh, path);
    return key;
  } catch (error) {
    await rm(fresh, { force: true });
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      const text = "the data folder was moved or deleted, so no key can be saved; put it back and restart Reef";
      throw new AppError("unavailable", text, { cause: error });
    }
    const problem = toDiskProblem(error);
    if (problem === null) throw error;
    throw new AppError(problem.code, problem.message, { cause: error });
  }
}
