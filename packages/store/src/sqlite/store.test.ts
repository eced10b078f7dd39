/** Tests that the embedded store keeps the port's contract. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStoreConsolidations } from "@reef/engine/port/consolidation.conformance";
import { describeStoreEmbedding } from "@reef/engine/port/embedding.conformance";
import { describeStoreFields } from "@reef/engine/port/fields.conformance";
import { describeStoreGateways } from "@reef/engine/port/gateways.conformance";
import { describeMcp } from "@reef/engine/port/mcp.conformance";
import { describeStoreMemory } from "@reef/engine/port/memory.conformance";
import { describeStoreModels } from "@reef/engine/port/models.conformance";
import { describeStoreOverview } from "@reef/engine/port/overview.conformance";
import { describeStoreQueries } from "@reef/engine/port/queries.conformance";
import { describeStoreRewinds } from "@reef/engine/port/rewinds.conformance";
import { describeStoreSchedules } from "@reef/engine/port/schedules.conformance";
import { describeStoreSearch } from "@reef/engine/port/search.conformance";
import { describeStore, type OpenEmptyStore } from "@reef/engine/port/store.conformance";
import { describeStoreFiles } from "@reef/engine/port/stored-files.conformance";
import { describeStoreThoughts } from "@reef/engine/port/thoughts.conformance";
import { describeStoreTurns } from "@reef/engine/port/turns.conformance";
import { describeStoreFleet } from "@reef/engine/port/workers.conformance";
import { afterAll, describe } from "vitest";
import { openSqliteStore } from "./open.ts";

describe("SQLite store", () => {
  const root = mkdtempSync(join(tmpdir(), "reef-store-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const open: OpenEmptyStore = (clock) => openSqliteStore({ folder: mkdtempSync(join(root, "store-")), clock });
  describeStore("SQLite", open);
  describeStoreTurns("SQLite", open);
  describeStoreThoughts("SQLite", open);
  describeStoreRewinds("SQLite", open);
  describeStoreQueries("SQLite", open);
  describeStoreSearch("SQLite", open);
  describeStoreOverview("SQLite", open);
  describeStoreMemory("SQLite", open);
  describeStoreConsolidations("SQLite", open);
  describeStoreGateways("SQLite", open);
  describeStoreFleet("SQLite", open);
  describeStoreModels("SQLite", open);
  describeMcp("SQLite", open);
  describeStoreSchedules("SQLite", open);
  describeStoreEmbedding("SQLite", open);
  describeStoreFiles("SQLite", open);
  describeStoreFields("SQLite", (clock) => {
    const folder = mkdtempSync(join(root, "store-"));
    return () => openSqliteStore({ folder, clock });
  });
});
