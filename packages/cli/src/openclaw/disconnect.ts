/**
 * Runs `reef openclaw disconnect`, which undoes what `connect` did and nothing else. A file that is unchanged since then
 * gets its old bytes back; in an edited one, each change is undone by itself and values edited since stay as they are.
 */
import { readFile, rm } from "node:fs/promises";
import { AppError } from "@reef/protocol/error";
import type { GatewayId } from "@reef/protocol/ids";
import { CommandError } from "../command-error.ts";
import type { Shell } from "../shell.ts";
import { undoChanges } from "./config-changes.ts";
import { formatConfig, readConfigFile, writeConfigFile } from "./config-file.ts";
import { type ConnectRecord, dropRecord, hashText, readRecord } from "./record.ts";
import { diffText } from "./text-diff.ts";

export interface DisconnectOptions {
  readonly configPath: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

export async function disconnectOpenClaw(shell: Shell, options: DisconnectOptions): Promise<void> {
  const { print } = shell;
  const record = await readRecord(shell.folder, options.configPath);
  if (record === null)
    throw new CommandError(`${options.configPath} was not connected from here: there is nothing to undo`);
  const file = await readConfigFile(options.configPath);
  const isUntouched = hashText(file.text) === record.writtenHash;
  const undone = undoChanges(file.config, record.changes);
  const before = isUntouched ? await readFile(record.backupPath, "utf8").catch(() => null) : null;
  const text = before ?? formatConfig(undone.config, file.text);
  print(`Reef will undo its changes in ${file.path}:\n\n${diffText(file.text, text)}\n`);
  for (const { path } of undone.left) print(`${path.join(".")} was changed since: it is left as it is.`);
  if (options.dryRun) return print("Nothing was changed: this was a dry run.");
  if (!options.yes && !(await shell.confirm("Undo them?"))) return print("Nothing was changed.");
  await writeConfigFile(file, text);
  await dropRecord(shell.folder, options.configPath);
  if (record.pluginTokenFile != null) await rm(record.pluginTokenFile, { force: true });
  if (before !== null) await rm(record.backupPath, { force: true });
  print(before === null ? "Written." : "The file is as it was before.");
  await removeGateway(shell, record);
}

async function removeGateway({ client, print }: Shell, record: ConnectRecord): Promise<void> {
  if (!record.madeGateway) return;
  try {
    await client.deleteGateway(record.gatewayId as GatewayId);
    if (record.tokenFile !== null) await rm(record.tokenFile, { force: true });
    if (record.secret != null) await client.deleteSecret(record.secret);
    print("The gateway is no longer registered in Reef.");
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "not_found") return;
    print(`The gateway stays registered in Reef: ${error.message}`);
  }
}
