/** Tests that the same writes keep the same contract over a database that answers later. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describeStoreConsolidations } from "@reef/engine/port/consolidation.conformance";
import { describeStoreEmbedding } from "@reef/engine/port/embedding.conformance";
import { describeStoreGateways } from "@reef/engine/port/gateways.conformance";
import { describeMcp } from "@reef/engine/port/mcp.conformance";
import { describeStoreMemory } from "@reef/engine/port/memory.conformance";
import { describeStoreModels } from "@reef/engine/port/models.conformance";
import { describeStoreRewinds } from "@reef/engine/port/rewinds.conformance";
import { describeStoreSchedules } from "@reef/engine/port/schedules.conformance";
import { describeSkills } from "@reef/engine/port/skills.conformance";
import { describeStore, type OpenEmptyStore } from "@reef/engine/port/store.conformance";
import { describeStoreFiles } from "@reef/engine/port/stored-files.conformance";
import { describeStoreTasks } from "@reef/engine/port/tasks.conformance";
import { describeStoreTurns } from "@reef/engine/port/turns.conformance";
import { afterAll, describe } from "vitest";
import { startAsynchronousWriter } from "../testing/asynchronous-writer.ts";
import { fastFolder } from "../testing/test-stores.ts";
import { openSqliteStore } from "./open.ts";

describe("writes driven asynchronously", () => {
  const root = mkdtempSync(join(fastFolder(), "reef-late-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const open: OpenEmptyStore = (clock) =>
    openSqliteStore({ folder: mkdtempSync(join(root, "store-")), clock, startThread: startAsynchronousWriter });
  describeStore("driven asynchronously", open);
  describeStoreTurns("driven asynchronously", open);
  describeStoreRewinds("driven asynchronously", open);
  describeStoreMemory("driven asynchronously", open);
  describeStoreConsolidations("driven asynchronously", open);
  describeStoreGateways("driven asynchronously", open);
  describeStoreModels("driven asynchronously", open);
  describeMcp("driven asynchronously", open);
  describeSkills("driven asynchronously", open);
  describeStoreTasks("driven asynchronously", open);
  describeStoreSchedules("driven asynchronously", open);
  describeStoreEmbedding("driven asynchronously", open);
  describeStoreFiles("driven asynchronously", open);
});
