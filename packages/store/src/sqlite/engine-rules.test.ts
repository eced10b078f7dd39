/** Tests the engine's rules on the embedded store. */

import { describeHeldAnswers } from "@reef/engine/ask/held-answers.conformance";
import { describeCalls } from "@reef/engine/call/call.conformance";
import { describeFiles } from "@reef/engine/file/file.conformance";
import { describeReading } from "@reef/engine/link/reading.conformance";
import { describeChainBounds } from "@reef/engine/mailbox/chain-bounds.conformance";
import { describeMailbox } from "@reef/engine/mailbox/mailbox.conformance";
import { describeSchedules } from "@reef/engine/schedule/schedule.conformance";
import { describeRewind } from "@reef/engine/session/rewind.conformance";
import { describeTrees } from "@reef/engine/session/tree.conformance";
import type { OpenStore } from "@reef/engine/testing/harness";
import { describeAnswers } from "@reef/engine/turn/answer.conformance";
import { describePauses } from "@reef/engine/turn/pause.conformance";
import { describeProgress } from "@reef/engine/turn/progress.conformance";
import { describeTurns } from "@reef/engine/turn/turn.conformance";
import { afterAll, describe } from "vitest";
import { createTestStores } from "../testing/test-stores.ts";

describe("engine on SQLite", () => {
  const stores = createTestStores();
  afterAll(() => stores[Symbol.asyncDispose]());
  const open: OpenStore = (clock) => stores.open(clock);
  describeMailbox(open);
  describeChainBounds(open);
  describeReading(open);
  describeTurns(open);
  describeAnswers(open);
  describePauses(open);
  describeHeldAnswers(open);
  describeProgress(open);
  describeRewind(open);
  describeTrees(open);
  describeCalls(open);
  describeSchedules(open);
  describeFiles(open);
});
