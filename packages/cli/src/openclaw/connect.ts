/**
 * Runs `reef openclaw connect`, which joins an OpenClaw to Reef. It writes nothing before the person has seen every
 * change with its reason and agreed, nor for a release that would not start with the result. It backs up the file first
 * and records the changes for `disconnect`.
 */
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Gateway } from "@reef/protocol/gateway";
import { CommandError } from "../command-error.ts";
import type { Shell } from "../shell.ts";
import { applyChanges, type JsonObject, undoChanges, valueAt } from "./config-changes.ts";
import { backUp, type ConfigFile, formatConfig, readConfigFile, writeConfigFile } from "./config-file.ts";
import { type ConnectRecord, hashText, pluginTokenPlace, readRecord, writeRecord } from "./record.ts";
import { findRelease, refuseTooOld, unknownRelease } from "./release.ts";
import { awaitPlugin } from "./status.ts";
import { diffText } from "./text-diff.ts";
import { type Wanted, wantedChanges } from "./wanted.ts";

export interface ConnectOptions {
  readonly configPath: string;
  /** The gateway's address, if it differs from the configuration's. */
  readonly gatewayUrl?: string | undefined;
  /**
   * Names a variable that holds the gateway's token: of this command's environment, else one that Reef's settings allow for the
   * gateway.
   */
  readonly gatewayTokenEnv?: string | undefined;
  /** This environment is searched first for that variable. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly name: string;
  readonly pluginPath: string;
  /** The `openclaw` that is asked for its release; defaults to the one on the shell's path. */
  readonly program?: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** Used in the preview in place of the id that the gateway gets when it is registered. */
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
  // Changes of an earlier `connect` count as ours: they are undone here and made again, so that one record holds all of
  // them.
  const base = earlier === null ? file.config : undoChanges(file.config, earlier.changes).config;
  const url = options.gatewayUrl ?? gatewayUrlOf(file.config);
  const { items: gateways } = await client.gateways();
  const known = gateways.find((gateway) => gateway.id === earlier?.gatewayId || gateway.url === url) ?? null;
  const release = await findRelease({ gateway: known, program: options.program ?? "openclaw", config: file.config });
  if (release !== null) refuseTooOld(release, { gateway: known, wasJoined: earlier !== null });
  const bots = (await client.bots({ limit: 200 })).items.length;
  const tokenFile = shell.reefPlace.tokenFile ?? pluginTokenPlace(shell.folder, file.path);
  const plugin = { ...shell.reefPlace, tokenFile };
  const wantedFor = (gatewayId: string): readonly Wanted[] =>
    wantedChanges(base, { pluginPath: options.pluginPath, plugin: { ...plugin, gatewayId }, bots });

  const preview = wantedFor(known?.id ?? idToCome);
  const after = formatConfig(applyChanges(base, changesOf(preview)), file.text);
  if (known !== null && after === formatConfig(file.config, file.text)) {
    await keepPluginToken(shell, tokenFile);
    print(`${file.path} already has everything; “${known.name}” is ${known.state}.`);
    return awaitPlugin(shell, known.id);
  }
  if (release === null) print(unknownRelease);
  describe(shell, { file, preview, after, url, known });
  if (options.dryRun) return print("Nothing was changed: this was a dry run.");
  if (!options.yes && !(await shell.confirm("Apply these changes?"))) return print("Nothing was changed.");

  const { gateway, secret } = await register(shell, { file, options, url, known, earlier });
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
    secret,
    tokenFile: null,
    pluginTokenFile: shell.tokenOfEnvironment === undefined ? null : tokenFile,
  };
  if (earlier?.tokenFile != null) await rm(earlier.tokenFile, { force: true });
  // Written before the file: a record of a change that was not made is harmless, a change without a record cannot be
  // undone.
  await writeRecord(shell.folder, record);
  await keepPluginToken(shell, tokenFile);
  await writeConfigFile(file, text);
  print(`Written. The file as it was: ${backupPath}`);
  print(`Registered in Reef as “${gateway.name}” (${gateway.id}).`);
  await awaitPlugin(shell, gateway.id);
  print("Undo all of this with: npm run reef -- openclaw disconnect");
}

/** The gateway does not have this command's variable, so it gets a file that only this user can read. */
async function keepPluginToken({ tokenOfEnvironment: token }: Shell, path: string): Promise<void> {
  if (token === undefined) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
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

/** OpenClaw's default port. */
const usualPort = 18_789;

function gatewayUrlOf(config: JsonObject): string {
  const port = valueAt(config, ["gateway", "port"]);
  return `ws://127.0.0.1:${typeof port === "number" ? port : usualPort}`;
}

interface Registered {
  readonly gateway: Gateway;
  /** Name of the secret that was created for this gateway. */
  readonly secret: string | null;
}

/** A registered gateway keeps its token, unless an earlier `connect` set it: then it gets the current token. */
async function register(
  { client }: Shell,
  given: {
    readonly file: ConfigFile;
    readonly options: ConnectOptions;
    readonly url: string;
    readonly known: Gateway | null;
    readonly earlier: ConnectRecord | null;
  },
): Promise<Registered> {
  const { file, options, url, known, earlier } = given;
  const isOurs = earlier !== null && (earlier.secret != null || earlier.tokenFile !== null);
  if (known !== null && !isOurs) return { gateway: known, secret: null };
  const source = await placeToken({ client, file, options, url });
  const secret = source.from === "secret" ? source.name : null;
  const gateway =
    known === null
      ? await client.createGateway({ name: options.name, url, token: source })
      : await client.changeGateway(known.id, { token: source });
  return { gateway, secret };
}

/** Stores the token as a secret that Reef sends to this gateway only and never returns. */
async function placeToken({
  client,
  file,
  options,
  url,
}: {
  readonly client: Shell["client"];
  readonly file: ConfigFile;
  readonly options: ConnectOptions;
  readonly url: string;
}): Promise<Gateway["token"]> {
  const { gatewayTokenEnv: variable, environment = {} } = options;
  const inConfig = valueAt(file.config, ["gateway", "auth", "token"]);
  const isPlain = typeof inConfig === "string" && inConfig !== "" && !inConfig.includes("${");
  const value = variable === undefined ? (isPlain ? inConfig : undefined) : environment[variable];
  if (value !== undefined && value !== "") {
    const name = `openclaw-${new URL(url).host.replace(/[^a-z0-9.-]/gi, "-")}`.slice(0, 100);
    await client.putSecret(name, { value, origin: url });
    return { from: "secret", name };
  }
  if (variable !== undefined) return { from: "env", name: variable };
  throw new CommandError(
    "the gateway's token is not in its configuration: put it into a variable and name that with --gateway-token-env",
  );
}
