/** Opens the store that the configuration names, and the bytes of files beside it. */
import { join } from "node:path";
import type { Clock } from "@reef/engine/port/clock";
import type { FileBytes } from "@reef/engine/port/files";
import type { Store } from "@reef/engine/port/store";
import { openFileFolder } from "@reef/store/files/file-folder";
import { openSqliteStore } from "@reef/store/sqlite/open";
import type { Config } from "./config.ts";
import type { ServerLog } from "./observe/log.ts";

export interface OpenedStore {
  readonly store: Store;
  readonly openFiles: () => Promise<FileBytes>;
}

export async function openStore(
  config: Pick<Config, "data" | "databaseUrl">,
  {
    clock,
    log,
    onFatal,
  }: { readonly clock: Clock; readonly log: ServerLog; readonly onFatal?: (error: Error) => void },
): Promise<OpenedStore> {
  if (config.databaseUrl === undefined) {
    const store = await openSqliteStore({ folder: config.data, clock, ...(onFatal && { onFatal }) });
    return { store, openFiles: () => openFileFolder(join(config.data, "files")) };
  }
  // Loaded only when it is used: most installations have no such database.
  const { openPostgresStore } = await import("@reef/store/postgres/open");
  const store = await openPostgresStore({
    url: config.databaseUrl,
    clock,
    onWarning: (text) => log.warn({}, text),
  });
  return { store, openFiles: async () => store.files };
}
