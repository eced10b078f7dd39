/**
 * The typed client has one thin function for each endpoint, in the protocol's nouns. A page that must load fast starts with
 * the core and completes it where the rest is needed.
 */
import { budgetCalls } from "./budget-calls.ts";
import { consolidationCalls } from "./consolidation-calls.ts";
import type { ClientOptions, CoreClient } from "./core-client.ts";
import { createCoreClient } from "./core-client.ts";
import { deviceCalls } from "./device-calls.ts";
import { gatewayCalls } from "./gateway-calls.ts";
import { mcpCalls } from "./mcp-calls.ts";
import { memoryCalls } from "./memory-calls.ts";
import { modelCalls } from "./model-calls.ts";
import { overviewCalls } from "./overview-calls.ts";
import { scheduleCalls } from "./schedule-calls.ts";
import { skillCalls } from "./skill-calls.ts";
import { taskCalls } from "./task-calls.ts";
import { toolCalls } from "./tool-calls.ts";
import { trustCalls } from "./trust-calls.ts";
import { workerCalls } from "./worker-calls.ts";
import { workspaceCalls } from "./workspace-calls.ts";

export type { ClientOptions, EntryQuery, MessageQuery, PageQuery, SendOptions } from "./core-client.ts";

export type Client = ReturnType<typeof completeClient>;

/** A client of one server. Every function rejects with an `AppError`; an abort rejects with the signal's reason. Lists are pages: pass `next` as `cursor`. */
export function createClient(options: ClientOptions): Client {
  return completeClient(createCoreClient(options));
}

export function completeClient(core: CoreClient) {
  const { send } = core;
  return {
    ...core,
    ...deviceCalls(send),
    ...mcpCalls(send),
    ...memoryCalls(send),
    ...consolidationCalls(send),
    ...overviewCalls(send),
    ...gatewayCalls(send),
    ...modelCalls(send),
    ...scheduleCalls(send),
    ...budgetCalls(send),
    ...skillCalls(send),
    ...taskCalls(send),
    ...toolCalls(send),
    ...trustCalls(send),
    ...workerCalls(send),
    ...workspaceCalls(send),
  };
}
