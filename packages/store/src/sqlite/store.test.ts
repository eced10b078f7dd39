/** Tests that the embedded store keeps the port's contract. */

import { describeStoreConsolidations } from "@reef/engine/port/consolidation.conformance";
import { describeStoreEmbedding } from "@reef/engine/port/embedding.conformance";
import { describeStoreFields } from "@reef/engine/port/fields.conformance";
import { describeStoreGateways } from "@reef/engine/port/gateways.conformance";
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
import { afterAll, describe } from "vitest";
import { createTestStores } from "../testing/test-stores.ts";

describe("SQLite store", () => {
  const stores = createTestStores();
  afterAll(() => stores[Symbol.asyncDispose]());
  const open: OpenEmptyStore = (clock) => stores.open(clock);
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
  describeStoreModels("SQLite", open);
  describeStoreSchedules("SQLite", open);
  describeStoreEmbedding("SQLite", open);
  describeStoreFiles("SQLite", open);
  describeStoreFields("SQLite", (clock) => {
    const folder = stores.newFolder();
    return () => stores.open(clock, folder);
  });
});
