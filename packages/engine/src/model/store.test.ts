/** Tests that the in-memory store keeps the port's contract, and that the engine's rules hold on it. */

import { describe } from "vitest";
import { describeBudgets } from "../port/budgets.conformance.ts";
import { describeStoreConsolidations } from "../port/consolidation.conformance.ts";
import { describeStoreEmbedding } from "../port/embedding.conformance.ts";
import { describeStoreFields } from "../port/fields.conformance.ts";
import { describeStoreGateways } from "../port/gateways.conformance.ts";
import { describeMcp } from "../port/mcp.conformance.ts";
import { describeStoreMemory } from "../port/memory.conformance.ts";
import { describeStoreModels } from "../port/models.conformance.ts";
import { describeStoreOverview } from "../port/overview.conformance.ts";
import { describeStoreQueries } from "../port/queries.conformance.ts";
import { describeStoreRewinds } from "../port/rewinds.conformance.ts";
import { describeStoreSchedules } from "../port/schedules.conformance.ts";
import { describeStoreSearch } from "../port/search.conformance.ts";
import { describeSkills } from "../port/skills.conformance.ts";
import { describeStore } from "../port/store.conformance.ts";
import { describeStoreFiles } from "../port/stored-files.conformance.ts";
import { describeStoreTasks } from "../port/tasks.conformance.ts";
import { describeStoreThoughts } from "../port/thoughts.conformance.ts";
import { describeStoreTurns } from "../port/turns.conformance.ts";
import { describeStoreFleet } from "../port/workers.conformance.ts";
import { openModelStore } from "./store.ts";

describe("model store", () => {
  const open = async (clock: Parameters<typeof openModelStore>[0]["clock"]) => openModelStore({ clock });
  describeStore("model", open);
  describeStoreTurns("model", open);
  describeBudgets("model", open);
  describeStoreThoughts("model", open);
  describeStoreRewinds("model", open);
  describeStoreQueries("model", open);
  describeStoreOverview("model", open);
  describeStoreSearch("model", open);
  describeStoreMemory("model", open);
  describeStoreConsolidations("model", open);
  describeStoreGateways("model", open);
  describeStoreFleet("model", open);
  describeStoreModels("model", open);
  describeMcp("model", open);
  describeSkills("model", open);
  describeStoreTasks("model", open);
  describeStoreSchedules("model", open);
  describeStoreEmbedding("model", open);
  describeStoreFiles("model", open);
  describeStoreFields("model", (clock) => {
    const store = openModelStore({ clock });
    return async () => store;
  });
});
