/** Tests the engine's rules on the in-memory store. */
import { describe } from "vitest";
import { describeEngineRules } from "./engine-rules.conformance.ts";
import { openModelStore } from "./model/store.ts";

describe("engine", () => {
  describeEngineRules(async (clock) => openModelStore({ clock }));
});
