/** Records what `connect` did to a configuration, in Reef's folder, so that `disconnect` undoes exactly that. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Change } from "./config-changes.ts";

export interface ConnectRecord {
  readonly configPath: string;
  readonly backupPath: string;
  /** Hash of the text that `connect` wrote: while the file still matches, undoing restores the backup. */
  readonly writtenHash: string;
  readonly changes: readonly Change[];
  readonly gatewayId: string;
  /** True if `connect` created the gateway; `disconnect` then removes it. */
  readonly madeGateway: boolean;
  /** The secret in Reef with the gateway's token; removed by `disconnect`. Earlier releases wrote none. */
  readonly secret?: string | null;
  /** The file that held the token in earlier releases; also removed by `disconnect`. */
  readonly tokenFile: string | null;
  /** Created for the plugin, with Reef's token; removed by `disconnect`. Earlier releases created none. */
  readonly pluginTokenFile?: string | null;
}

export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export async function readRecord(folder: string, configPath: string): Promise<ConnectRecord | null> {
  const text = await readFile(placeOf(folder, configPath), "utf8").catch(() => null);
  return text === null ? null : (JSON.parse(text) as ConnectRecord);
}

export async function writeRecord(folder: string, record: ConnectRecord): Promise<void> {
  await mkdir(join(folder, "openclaw"), { recursive: true, mode: 0o700 });
  await writeFile(placeOf(folder, record.configPath), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
}

export async function dropRecord(folder: string, configPath: string): Promise<void> {
  await rm(placeOf(folder, configPath), { force: true });
}

/** Returns where this configuration's plugin finds Reef's token when the token has no file of its own. */
export function pluginTokenPlace(folder: string, configPath: string): string {
  return placeOf(folder, configPath).replace(/\.json$/, ".token");
}

function placeOf(folder: string, configPath: string): string {
  return join(folder, "openclaw", `${hashText(resolve(configPath)).slice(0, 16)}.json`);
}
