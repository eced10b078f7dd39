/** Opens an empty store whose database answers later. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "@reef/engine/port/store";
import type { ManualClock } from "@reef/engine/testing/manual-clock";
import { openSqliteStore } from "../sqlite/open.ts";
import { startAsynchronousWriter } from "./asynchronous-writer.ts";

export async function openLateStore(clock: ManualClock): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), "reef-late-"));
  const store = await openSqliteStore({ folder, clock, startThread: startAsynchronousWriter });
  const close = store[Symbol.asyncDispose].bind(store);
  return Object.assign(store, {
    [Symbol.asyncDispose]: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}
