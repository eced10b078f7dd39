/** Moves Reef's data between a data folder and a PostgreSQL database, and says how far it is and what to do next. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { MoveReport } from "@reef/store/move/move";
import { move } from "@reef/store/move/move";
import { isDatabase, openPlaces, reopenPlace } from "@reef/store/move/places";
import { CommandError } from "./command-error.ts";
import { createMeter, type Terminal } from "./migrate-meter.ts";

export interface MigrateOptions {
  readonly to: string | undefined;
  readonly from: string | undefined;
  readonly reopen: string | undefined;
  /** `REEF_DATA`. */
  readonly folder: string;
  /** `REEF_DATABASE_URL`. */
  readonly databaseUrl: string | undefined;
  /** Where paths begin. */
  readonly here: string;
  readonly terminal: Terminal;
  /** The current time in UTC. */
  readonly now: () => string;
  readonly signal: AbortSignal;
}

/** Throws `CommandError` or `AppError` with what to change. */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { terminal } = options;
  if (options.reopen !== undefined) {
    const place = toPlace(options.reopen, options);
    await reopenPlace(place, "--reopen");
    terminal.print(`Reef can be started again on ${isDatabase(place) ? "this database" : place}.`);
    return;
  }
  const ends = await findEnds(options);
  await using places = await openPlaces({ ...ends, stamp: options.now().replace(/[:.]/g, "-") });
  const { source, target } = places;
  terminal.print(`Moving the Reef of ${source.name} to ${target.name}.`);
  const meter = createMeter({ terminal, steadyMs: () => performance.now() });
  try {
    const report = await move({
      source,
      target,
      newId: () => crypto.randomUUID(),
      now: options.now,
      steadyMs: () => performance.now(),
      wait: (ms, signal) => delay(ms, undefined, { signal }),
      onProgress: meter.show,
      signal: options.signal,
    });
    meter.end();
    for (const line of sayReport(report)) terminal.print(line);
    for (const line of sayNext(ends, options)) terminal.print(line);
  } catch (error) {
    meter.end();
    if (!options.signal.aborted) throw error;
    throw new CommandError("stopped; run the same command again, and it goes on where it stopped");
  }
}

interface Ends {
  readonly from: string;
  readonly to: string;
  readonly settings: { readonly from: string; readonly to: string };
}

/** What moves is where Reef lives by its settings, unless `--from` says otherwise. */
async function findEnds(options: MigrateOptions): Promise<Ends> {
  if (options.to === undefined) {
    throw new CommandError("say where to: --to postgres://USER@HOST/DATABASE, --to sqlite, or --to FOLDER");
  }
  const to = toPlace(options.to, options);
  if (options.from !== undefined) {
    return { from: toPlace(options.from, options), to, settings: { from: "--from", to: "--to" } };
  }
  const url = options.databaseUrl ?? (await databaseOfConfig(options.folder));
  if (url !== undefined && url !== to) return { from: url, to, settings: { from: "REEF_DATABASE_URL", to: "--to" } };
  if (isDatabase(to)) return { from: options.folder, to, settings: { from: "REEF_DATA", to: "--to" } };
  throw new CommandError("say from where: set REEF_DATABASE_URL, or give --from postgres://USER@HOST/DATABASE");
}

function toPlace(given: string, { folder, here }: Pick<MigrateOptions, "folder" | "here">): string {
  if (isDatabase(given)) return given;
  return given === "sqlite" ? folder : resolve(here, given);
}

async function databaseOfConfig(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, "config.json"), "utf8").catch(() => "{}");
  try {
    const settings: Record<string, unknown> = JSON.parse(text);
    const url = settings.databaseUrl ?? settings.REEF_DATABASE_URL;
    return typeof url === "string" && url !== "" ? url : undefined;
  } catch {
    throw new CommandError(`${join(folder, "config.json")}: expected one JSON object`);
  }
}

function sayReport({ tables, files, stoppedMs }: MoveReport): readonly string[] {
  const width = Math.max(...tables.map(({ name }) => name.length));
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return [
    "Every table has the same rows at both ends:",
    ...tables
      .filter((table) => table.rows > 0)
      .map((table) => `  ${table.name.padEnd(width)} ${say(table.rows).padStart(12)} rows  ${table.hash.slice(0, 16)}`),
    `Moved ${say(rows)} rows of ${tables.length} tables and ${say(files.files)} ${files.files === 1 ? "attachment" : "attachments"} (${say(files.bytes)} bytes); Reef had to be stopped for ${(stoppedMs / 1000).toFixed(1)} s.`,
    ...(files.gone > 0 ? [`${say(files.gone)} attachments had lost their bytes before the move.`] : []),
  ];
}

function sayNext({ from, to }: Ends, { folder }: MigrateOptions): readonly string[] {
  if (!isDatabase(to)) {
    return [
      `Next: unset REEF_DATABASE_URL and start Reef with REEF_DATA=${to}. Browsers sign in again.`,
      "  That folder also needs from a worker's data folder: secrets.key (or REEF_SECRETS_KEY), token (or REEF_TOKEN),",
      "  config.json, secrets/, openclaw/, and workspaces/ with the files of bots.",
      "To go back: reef migrate --reopen with the old database; what is written from now on is only in the new place.",
    ];
  }
  const whose = isDatabase(from) ? "a worker's data folder" : folder;
  return [
    "Next: set REEF_DATABASE_URL to the new database and start Reef. Browsers sign in again.",
    `  This data folder stays in use. Each further worker needs from ${whose}: secrets.key (or REEF_SECRETS_KEY),`,
    "  token (or REEF_TOKEN), config.json, secrets/, openclaw/, and workspaces/ with the files of bots.",
    "To go back: reef migrate --to sqlite. Or, without what is written from now on: reef migrate --reopen with the old place.",
  ];
}

function say(count: number): string {
  return count.toLocaleString("en-US");
}
