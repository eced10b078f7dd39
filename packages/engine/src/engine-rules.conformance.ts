/** Lists the suites of the engine's rules once, for every store. */
import { describeHeldAnswers } from "./ask/held-answers.conformance.ts";
import { describeAudit } from "./audit/audit.conformance.ts";
import { describeBudgetRules } from "./budget/budget.conformance.ts";
import { describeCalls } from "./call/call.conformance.ts";
import { describeFiles } from "./file/file.conformance.ts";
import { describeFleet } from "./fleet/fleet.conformance.ts";
import { describeReading } from "./link/reading.conformance.ts";
import { describeChainBounds } from "./mailbox/chain-bounds.conformance.ts";
import { describeLoopGuard } from "./mailbox/loop-guard.conformance.ts";
import { describeMailbox } from "./mailbox/mailbox.conformance.ts";
import { describeSchedules } from "./schedule/schedule.conformance.ts";
import { describeRewind } from "./session/rewind.conformance.ts";
import { describeStops } from "./session/stop.conformance.ts";
import { describeTrees } from "./session/tree.conformance.ts";
import type { OpenStore } from "./testing/harness.ts";
import { describeAnswers } from "./turn/answer.conformance.ts";
import { describeApprovals } from "./turn/approval.conformance.ts";
import { describeContracts } from "./turn/contract.conformance.ts";
import { describeEveryAwait } from "./turn/every-await.conformance.ts";
import { describeOutsideCalls } from "./turn/outside-calls.conformance.ts";
import { describePauses } from "./turn/pause.conformance.ts";
import { describeProgress } from "./turn/progress.conformance.ts";
import { describeTurns } from "./turn/turn.conformance.ts";

export function describeEngineRules(open: OpenStore): void {
  describeMailbox(open);
  describeChainBounds(open);
  describeLoopGuard(open);
  describeBudgetRules(open);
  describeReading(open);
  describeTurns(open);
  describeOutsideCalls(open);
  describeEveryAwait(open);
  describeApprovals(open);
  describeAnswers(open);
  describePauses(open);
  describeHeldAnswers(open);
  describeProgress(open);
  describeRewind(open);
  describeTrees(open);
  describeContracts(open);
  describeStops(open);
  describeAudit(open);
  describeCalls(open);
  describeSchedules(open);
  describeFiles(open);
  describeFleet(open);
}
