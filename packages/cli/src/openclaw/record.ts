/** What `connect` did to a configuration, kept in Reef's folder, so that `disconnect` takes back that and nothing else. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Change } from "./config-changes.ts";

export interface ConnectRecord {
  readonly configPath: string;
  readonly backupPath: string;
  /** Of the text that `connect` wrote: while the file has it, the backup is what was there before. */
  readonly writtenHash: string;
  readonly changes: readonly Change[];
  readonly gatewayId: string;
  /** The gateway was made for this, and goes with it. */
  readonly madeGateway: boolean;
  /** Holds the gateway's token in Reef; goes with it. Earlier releases wrote none. */
  readonly secret?: string | null;
  /** Held the token in earlier releases; goes with it too. */
  readonly tokenFile: string | null;
  /** Made for the plugin, with Reef's token; goes with it. Earlier releases made none. */
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

/** Where the plugin of this configuration finds Reef's token, when that has no file of its own. */
export function pluginTokenPlace(folder: string, configPath: string): string {
  return placeOf(folder, configPath).replace(/\.json$/, ".token");
}

function placeOf(folder: string, configPath: string): string {
  return join(folder, "openclaw", `${hashText(resolve(configPath)).slice(0, 16)}.json`);
}
