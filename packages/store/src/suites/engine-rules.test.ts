/** Tests the engine's rules on each store. */
import { describeHeldAnswers } from "@reef/engine/ask/held-answers.conformance";
import { describeCalls } from "@reef/engine/call/call.conformance";
import { describeFiles } from "@reef/engine/file/file.conformance";
import { describeFleet } from "@reef/engine/fleet/fleet.conformance";
import { describeReading } from "@reef/engine/link/reading.conformance";
import { describeChainBounds } from "@reef/engine/mailbox/chain-bounds.conformance";
import { describeMailbox } from "@reef/engine/mailbox/mailbox.conformance";
import { describeSchedules } from "@reef/engine/schedule/schedule.conformance";
import { describeRewind } from "@reef/engine/session/rewind.conformance";
import { describeTrees } from "@reef/engine/session/tree.conformance";
import { describeAnswers } from "@reef/engine/turn/answer.conformance";
import { describeOutsideCalls } from "@reef/engine/turn/outside-calls.conformance";
import { describePauses } from "@reef/engine/turn/pause.conformance";
import { describeProgress } from "@reef/engine/turn/progress.conformance";
import { describeTurns } from "@reef/engine/turn/turn.conformance";
import { describe } from "vitest";
import { openEmptyStore as open, storeName } from "../testing/store-under-test.ts";

describe(`engine on ${storeName}`, () => {
  describeMailbox(open);
  describeChainBounds(open);
  describeReading(open);
  describeTurns(open);
  describeOutsideCalls(open);
  describeAnswers(open);
  describePauses(open);
  describeHeldAnswers(open);
  describeProgress(open);
  describeRewind(open);
  describeTrees(open);
  describeCalls(open);
  describeSchedules(open);
  describeFiles(open);
  describeFleet(open);
});
