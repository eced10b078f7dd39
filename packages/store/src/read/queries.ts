/** Implements all reads of the port, noun by noun. */
import type { Queries } from "@reef/engine/port/queries";
import type { Source } from "../sql.ts";
import { approvalQueries } from "./approvals.ts";
import { askQueries } from "./asks.ts";
import { auditQueries } from "./audit.ts";
import { blockQueries } from "./blocks.ts";
import { botQueries } from "./bots.ts";
import { budgetQueries } from "./budgets.ts";
import { callQueries } from "./calls.ts";
import { consolidationQueries } from "./consolidations.ts";
import { embeddingQueries } from "./embeddings.ts";
import { entryQueries } from "./entries.ts";
import { eventQueries } from "./events.ts";
import { fileQueries } from "./files.ts";
import { gatewayQueries } from "./gateways.ts";
import { holdQueries } from "./holds.ts";
import { mcpQueries } from "./mcp-servers.ts";
import { memoryQueries } from "./memories.ts";
import { messageQueries } from "./messages.ts";
import { modelQueries } from "./models.ts";
import { overviewQueries } from "./overview.ts";
import { scheduleQueries } from "./schedules.ts";
import { sessionQueries } from "./sessions.ts";
import { skillQueries } from "./skills.ts";
import { taskQueries } from "./tasks.ts";
import { topicQueries } from "./topics.ts";
import { turnQueries } from "./turns.ts";
import { undoQueries } from "./undos.ts";
import type { WindowCache } from "./window-cache.ts";
import { workerQueries } from "./workers.ts";

/** Search is left out, since it needs the index beside the store: see search.ts. */
export function makeQueries(source: Source, windows: WindowCache): Omit<Queries, "search"> {
  return {
    ...botQueries(source),
    ...topicQueries(source),
    ...sessionQueries(source),
    ...messageQueries(source),
    ...entryQueries(source, windows),
    ...turnQueries(source),
    ...askQueries(source),
    ...memoryQueries(source),
    ...embeddingQueries(source),
    ...blockQueries(source),
    ...consolidationQueries(source),
    ...eventQueries(source),
    ...callQueries(source),
    ...undoQueries(source),
    ...gatewayQueries(source),
    ...fileQueries(source),
    ...modelQueries(source),
    ...approvalQueries(source),
    ...auditQueries(source),
    ...budgetQueries(source),
    ...holdQueries(source),
    ...mcpQueries(source),
    ...skillQueries(source),
    ...taskQueries(source),
    ...scheduleQueries(source),
    ...overviewQueries(source),
    ...workerQueries(source),
  };
}
