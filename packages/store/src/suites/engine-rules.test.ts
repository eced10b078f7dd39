/** Tests the engine's rules on each store. */
import { describeEngineRules } from "@reef/engine/engine-rules.conformance";
import { describe } from "vitest";
import { openEmptyStore, storeName } from "../testing/store-under-test.ts";

describe(`engine on ${storeName}`, () => {
  describeEngineRules(openEmptyStore);
});
