/** Tests that each store keeps the port's contract. */
import { describeBudgets } from "@reef/engine/port/budgets.conformance";
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
import { describeSkills } from "@reef/engine/port/skills.conformance";
import { describeStore } from "@reef/engine/port/store.conformance";
import { describeStoreFiles } from "@reef/engine/port/stored-files.conformance";
import { describeStoreThoughts } from "@reef/engine/port/thoughts.conformance";
import { describeStoreTurns } from "@reef/engine/port/turns.conformance";
import { describeStoreFleet } from "@reef/engine/port/workers.conformance";
import { describe, onTestFinished } from "vitest";
import { makeStorePlace, storeName as name, openEmptyStore as open } from "../testing/store-under-test.ts";

describe(`${name} store`, () => {
  describeStore(name, open);
  describeStoreTurns(name, open);
  describeBudgets(name, open);
  describeStoreThoughts(name, open);
  describeStoreRewinds(name, open);
  describeStoreQueries(name, open);
  describeStoreSearch(name, open);
  describeStoreOverview(name, open);
  describeStoreMemory(name, open);
  describeStoreConsolidations(name, open);
  describeStoreGateways(name, open);
  describeStoreFleet(name, open);
  describeStoreModels(name, open);
  describeMcp(name, open);
  describeSkills(name, open);
  describeStoreSchedules(name, open);
  describeStoreEmbedding(name, open);
  describeStoreFiles(name, open);
  describeStoreFields(name, (clock) => {
    const place = makeStorePlace();
    onTestFinished(async () => (await place).remove());
    return async () => (await place).open(clock);
  });
});
