/**
 * Reads and writes OpenClaw's configuration file. A file with comments or other syntax that JSON lacks is refused, so
 * that nothing of it is lost. A write replaces the whole file or nothing and keeps its permissions, after a backup
 * beside it.
 */
import { randomUUID } from "node:crypto";
import { chmod, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { CommandError } from "../command-error.ts";
import type { JsonObject } from "./config-changes.ts";

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
  readonly config: JsonObject;
}

export async function readConfigFile(path: string): Promise<ConfigFile> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new CommandError(`there is no OpenClaw configuration at ${path}: give its place with --config`, { cause });
  });
  try {
    const config: unknown = JSON.parse(text);
    if (typeof config !== "object" || config === null || Array.isArray(config)) throw new Error("expected an object");
    return { path, text, config: config as JsonObject };
  } catch (cause) {
    throw new CommandError(
      `${path} is not plain JSON. If it contains comments or JSON5, Reef does not change it, because writing it would lose them: make the changes by hand as packages/openclaw-plugin/README.md shows, or remove the comments and try again`,
      { cause },
    );
  }
}

/** Formats a changed configuration with the indentation of the original. */
export function formatConfig(config: JsonObject, like: string): string {
  const indent = /\n([ \t]+)"/.exec(like)?.[1] ?? (like.includes("\n") ? "  " : "");
  return JSON.stringify(config, null, indent) + (like.endsWith("\n") ? "\n" : "");
}

/** Fails when the file has changed since it was read. */
export async function writeConfigFile(file: Pick<ConfigFile, "path" | "text">, text: string): Promise<void> {
  if ((await readFile(file.path, "utf8")) !== file.text) {
    throw new CommandError(
      `${file.path} was changed by another program at the same time: nothing was written, try again`,
    );
  }
  const { mode } = await stat(file.path);
  const whole = `${file.path}.${randomUUID()}.tmp`;
  try {
    await writeFile(whole, text, { mode: 0o600 });
    await chmod(whole, mode & 0o777);
    await rename(whole, file.path);
  } catch (error) {
    await rm(whole, { force: true });
    throw error;
  }
}

/** Returns the path of the backup. */
export async function backUp(file: Pick<ConfigFile, "path" | "text">, stamp: string): Promise<string> {
  const path = `${file.path}.before-reef-${stamp}`;
  await writeFile(path, file.text, { mode: 0o600, flag: "wx" });
  return path;
}
