/**
 * Opens the store that this run of the suites is about: SQLite in the project `unit`, PostgreSQL in `postgres`. A suite
 * that every store must pass opens it here, and names none.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { FileBytes } from "@reef/engine/port/files";
import type { Store } from "@reef/engine/port/store";
import type { ManualClock } from "@reef/engine/testing/manual-clock";
import { inject } from "vitest";
import { openFileFolder } from "../files/file-folder.ts";
import { openPostgresStore } from "../postgres/open.ts";
import { createTestDatabase } from "../postgres/testing/databases.ts";
import { createTestStores, type TestStores } from "./test-stores.ts";

declare module "vitest" {
  interface ProvidedContext {
    storeUnderTest: "SQLite" | "PostgreSQL";
  }
}

export const storeName = inject("storeUnderTest");

/** An empty store that can be closed and opened again. */
export interface StorePlace {
  open(clock: ManualClock): Promise<Store>;
  openFiles(clock: ManualClock): Promise<FileBytes & AsyncDisposable>;
  remove(): Promise<void>;
}

export async function makeStorePlace(): Promise<StorePlace> {
  return storeName === "SQLite" ? makeFolder() : await makeDatabase();
}

/** Opens an empty store that is removed when it is disposed of. */
export async function openEmptyStore(clock: ManualClock): Promise<Store> {
  const place = await makeStorePlace();
  const store = await place.open(clock);
  const close = store[Symbol.asyncDispose].bind(store);
  return Object.assign(store, {
    [Symbol.asyncDispose]: async () => {
      await close();
      await place.remove();
    },
  });
}

let shared: TestStores | null = null;

/** All suites of a process share them, since many files run in one. */
function testStores(): TestStores {
  if (shared !== null) return shared;
  const stores = createTestStores();
  process.once("exit", () => void stores[Symbol.asyncDispose]());
  shared = stores;
  return stores;
}

function makeFolder(): StorePlace {
  const folder = testStores().newFolder();
  return {
    open: (clock) => testStores().open(clock, folder),
    openFiles: async () =>
      Object.assign(await openFileFolder(join(folder, "files")), { [Symbol.asyncDispose]: async () => undefined }),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function makeDatabase(): Promise<StorePlace> {
  const database = await createTestDatabase();
  const open = (clock: ManualClock) => openPostgresStore({ url: database.url, clock, leaseMs: () => clock.steady() });
  return {
    open,
    openFiles: async (clock) => {
      const store = await open(clock);
      return Object.assign(store.files, { [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() });
    },
    remove: database.drop,
  };
}
