/**
 * `reef openclaw connect`: joins an OpenClaw to Reef. Nothing is written before the person has seen every change and its
 * reason and said yes, nor for a release that would not start with it; the file is backed up first, and what was done is
 * recorded for `disconnect`.
 */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Gateway } from "@reef/protocol/gateway";
import { CommandError } from "../command-error.ts";
import type { Shell } from "../shell.ts";
import { applyChanges, type JsonObject, undoChanges, valueAt } from "./config-changes.ts";
import { backUp, type ConfigFile, formatConfig, readConfigFile, writeConfigFile } from "./config-file.ts";
import { type ConnectRecord, hashText, readRecord, writeRecord } from "./record.ts";
import { findRelease, refuseTooOld, unknownRelease } from "./release.ts";
import { diffText } from "./text-diff.ts";
import { type Wanted, wantedChanges } from "./wanted.ts";

export interface ConnectOptions {
  readonly configPath: string;
  /** Of the gateway, where it is not the one of the configuration. */
  readonly gatewayUrl?: string | undefined;
  /** A variable of Reef's environment that holds the gateway's token, in place of a file made for it. */
  readonly gatewayTokenEnv?: string | undefined;
  readonly name: string;
  readonly pluginPath: string;
  /** The `openclaw` that is asked for its release; the one that a shell would find when left out. */
  readonly program?: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** Stands in the preview for the id that the gateway is given when it is registered. */
const idToCome = "(given when it is registered)";

export async function connectOpenClaw(shell: Shell, options: ConnectOptions): Promise<void> {
  const { client, print } = shell;
  const file = await readConfigFile(options.configPath);
  if (valueAt(file.config, ["plugins", "enabled"]) === false) {
    throw new CommandError(
      "plugins are switched off in this OpenClaw (plugins.enabled is false): switch them on first",
    );
  }
  const earlier = await readRecord(shell.folder, file.path);
  // What an earlier `connect` did counts as ours: it is undone here and made anew, so that one record tells all of it.
  const base = earlier === null ? file.config : undoChanges(file.config, earlier.changes).config;
  const url = options.gatewayUrl ?? gatewayUrlOf(file.config);
  const { items: gateways } = await client.gateways();
  const known = gateways.find((gateway) => gateway.id === earlier?.gatewayId || gateway.url === url) ?? null;
  const release = await findRelease({ gateway: known, program: options.program ?? "openclaw", config: file.config });
  if (release !== null) refuseTooOld(release, { gateway: known, wasJoined: earlier !== null });
  const bots = (await client.bots({ limit: 200 })).items.length;
  const wantedFor = (gatewayId: string): readonly Wanted[] =>
    wantedChanges(base, { pluginPath: options.pluginPath, plugin: { ...shell.reefPlace, gatewayId }, bots });

  const preview = wantedFor(known?.id ?? idToCome);
  const after = formatConfig(applyChanges(base, changesOf(preview)), file.text);
  if (known !== null && after === formatConfig(file.config, file.text)) {
    print(`${file.path} has everything already; “${known.name}” is ${known.state}.`);
    return;
  }
  if (release === null) print(unknownRelease);
  describe(shell, { file, preview, after, url, known });
  if (options.dryRun) return print("Nothing was changed: this was a dry run.");
  if (!options.yes && !(await shell.confirm("Make these changes?"))) return print("Nothing was changed.");

  const token = await placeToken(shell, file, { options, url });
  const gateway = known ?? (await client.createGateway({ name: options.name, url, token: token.source }));
  const changes = changesOf(wantedFor(gateway.id));
  const text = formatConfig(applyChanges(base, changes), file.text);
  const isUntouched = earlier !== null && earlier.writtenHash === hashText(file.text);
  const backupPath = isUntouched ? earlier.backupPath : await backUp(file, shell.stamp());
  const record: ConnectRecord = {
    configPath: resolve(file.path),
    backupPath,
    writtenHash: hashText(text),
    changes,
    gatewayId: gateway.id,
    madeGateway: earlier?.madeGateway ?? known === null,
    tokenFile: token.file,
  };
  // Before the file: a record of what was not done harms nobody, a change without a record cannot be undone.
  await writeRecord(shell.folder, record);
  await writeConfigFile(file, text);
  print(`Written. The file as it was: ${backupPath}`);
  print(`Registered in Reef as “${gateway.name}” (${gateway.id}).`);
  print("Restart the gateway now, so that it loads the plugin.");
  print("Undo all of this with: npm run reef -- openclaw disconnect");
}

function changesOf(wanted: readonly Wanted[]) {
  return wanted.map(({ change }) => change);
}

function describe(
  { print }: Shell,
  {
    file,
    preview,
    after,
    url,
    known,
  }: {
    readonly file: ConfigFile;
    readonly preview: readonly Wanted[];
    readonly after: string;
    readonly url: string;
    readonly known: Gateway | null;
  },
): void {
  print(`Reef wants to change ${file.path}:\n`);
  for (const { change, reason } of preview) print(`• ${change.path.join(".")}\n  ${reason}`);
  print(`\n${diffText(formatConfig(file.config, file.text), after)}\n`);
  if (known === null) print(`The gateway at ${url} will be registered in Reef.`);
}

/** The port that OpenClaw takes when nothing is set. */
const usualPort = 18_789;

function gatewayUrlOf(config: JsonObject): string {
  const port = valueAt(config, ["gateway", "port"]);
  return `ws://127.0.0.1:${typeof port === "number" ? port : usualPort}`;
}

interface Token {
  readonly source: Gateway["token"];
  /** Made for this. */
  readonly file: string | null;
}

/** Reef keeps no token, only where to find it: a copy in its own folder that nobody else may read. */
async function placeToken(
  { folder, isLocal }: Shell,
  file: ConfigFile,
  { options, url }: { readonly options: ConnectOptions; readonly url: string },
): Promise<Token> {
  if (options.gatewayTokenEnv !== undefined) {
    return { source: { from: "env", name: options.gatewayTokenEnv }, file: null };
  }
  const token = valueAt(file.config, ["gateway", "auth", "token"]);
  const isPlain = typeof token === "string" && token !== "" && !token.includes("${");
  if (!isPlain || !isLocal) {
    throw new CommandError(
      "the gateway's token does not stand in its configuration, or Reef runs elsewhere: put it into a variable of Reef's environment and name that with --gateway-token-env",
    );
  }
  const path = join(folder, "openclaw", `${new URL(url).host.replace(/[^a-z0-9.-]/gi, "-")}.token`);
  await mkdir(join(folder, "openclaw"), { recursive: true, mode: 0o700 });
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  return { source: { from: "file", name: path }, file: path };
}
