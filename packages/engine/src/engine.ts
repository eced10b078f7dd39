/** Starts and stops one worker's lanes over a store. Verbs are functions over `Engine.deps`. */

import type { Bot, RuntimeName } from "@reef/protocol/bot";
import type { PromptRecall } from "@reef/protocol/call";
import type { WorkerId } from "@reef/protocol/ids";
import type { ToolDescription } from "@reef/protocol/tool";
import { startHeldAnswers } from "./ask/held-answers.ts";
import { startAuditUpkeep } from "./audit/upkeep.ts";
import type { SessionRef } from "./call/call-session.ts";
import { callableTools, callTool } from "./call/invoke.ts";
import type { CallRequest, CallResult } from "./call/outcome.ts";
import { recallForPrompt } from "./call/prompt-recall.ts";
import { Consolidator } from "./consolidation/consolidator.ts";
import type { Deps, EngineSettings, Log } from "./deps.ts";
import { openFiles } from "./file/files.ts";
import { startFileUpkeep } from "./file/upkeep.ts";
import { fencedStore } from "./fleet/fenced-store.ts";
import { type Fleet, type FleetParts, startFleet } from "./fleet/fleet.ts";
import type { LiveFrame, LiveSink } from "./live/live-text.ts";
import { createLiveText } from "./live/live-text.ts";
import { EmbeddingQueue } from "./memory/embedding-queue.ts";
import { MemoryIndex } from "./memory/memory-index.ts";
import { QuestionVectors } from "./memory/question-vectors.ts";
import { startUpkeep } from "./memory/upkeep.ts";
import type { Clock } from "./port/clock.ts";
import type { ContractChecker } from "./port/contract.ts";
import type { CurrentEmbedder } from "./port/embedding.ts";
import type { FileBytes } from "./port/files.ts";
import type { Recall } from "./port/recall.ts";
import type { Runtime } from "./port/runtime.ts";
import type { Store } from "./port/store.ts";
import type { Lease, LeaseName } from "./port/workers.ts";
import { startScheduler } from "./schedule/scheduler.ts";
import { createCatalogue, memoryTools, sessionTools } from "./tool/catalogue.ts";
import { type Tool, toTraits } from "./tool/tool.ts";
import type { ToolSource } from "./tool/tool-source.ts";
import { Lanes } from "./turn/lanes.ts";
import type { TurnDeps } from "./turn/open-turn.ts";

export interface EngineParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly runtimes: ReadonlyMap<RuntimeName, Runtime>;
  readonly live: LiveSink;
  readonly settings: EngineSettings;
  readonly log: Log;
  /** Tools in addition to the session tools. */
  readonly tools?: readonly Tool[];
  /** Give tools that differ by bot. */
  readonly toolSources?: readonly ToolSource[];
  /** Opens the recall when it is first needed. Without it there are no memory tools and no recall. */
  readonly openRecall?: (() => Recall) | undefined;
  /**
   * Compares memories by meaning as well. Without it, or while it returns null, words alone count. It is asked before
   * each call; when it returns another model, memories get new vectors.
   */
  readonly embedder?: CurrentEmbedder | undefined;
  /** Keeps the bytes of files. Without it, no files can be given. */
  readonly fileBytes?: FileBytes | undefined;
  /** Checks results of tasks (SU4). Without it, no task can have a contract. */
  readonly contracts?: ContractChecker | undefined;
  /** This worker's place in the fleet. Without it, the engine keeps one of its own. */
  readonly fleet?: Fleet | undefined;
}

/** A running engine. Disposing it gives its turns back and leaves the store open. */
export interface Engine extends AsyncDisposable {
  readonly deps: Deps;
  readonly fleet: Fleet;
  readonly worker: WorkerId;
  runningTurns(): number;
  /** Runs a bot's tool call from outside the loop; see `callTool`. */
  callTool(bot: Bot, request: CallRequest, signal: AbortSignal): Promise<CallResult>;
  /** Recalls a bot's memory for a prompt that is built elsewhere; see `recallForPrompt`. */
  recallForPrompt(bot: Bot, asked: { readonly session: SessionRef; readonly text: string }): Promise<PromptRecall>;
  /** Returns the tools a bot may call from outside the loop. */
  toolsFor(bot: Bot): readonly ToolDescription[];
  /** Every tool a bot could be allowed. */
  readonly tools: readonly ToolDescription[];
  /** Returns the phase and the text so far of every running step, from offset 0. */
  liveText(): readonly LiveFrame[];
}

/** Starts to claim and run turns immediately. */
export function startEngine(parts: EngineParts): Engine {
  const { store, clock, settings, runtimes, log } = parts;
  const fleet = parts.fleet ?? startFleet({ store, clock, log, identity: unnamed(settings), load: noLoad });
  const isMine = (name: LeaseName) => () => fleet.held(name) !== null;
  const live = createLiveText(parts.live, clock);
  const { openRecall } = parts;
  const index =
    openRecall === undefined
      ? undefined
      : new MemoryIndex({
          store,
          clock,
          log,
          openRecall,
          embeddingModel: () => parts.embedder?.()?.model,
          onGathered: () => embedding?.queue.note(),
        });
  const embedding = startEmbedding(parts, index, isMine("embedding"));
  const ownTools = index === undefined ? sessionTools : [...sessionTools, ...memoryTools];
  const catalogue = createCatalogue([...ownTools, ...(parts.tools ?? [])], parts.toolSources);
  const files =
    parts.fileBytes === undefined
      ? undefined
      : openFiles({ store, clock, bytes: parts.fileBytes, maxBytes: settings.filesMaxBytes });
  const toolTraits = (name: string) => {
    const tool = catalogue.get(name);
    return tool && toTraits(tool);
  };
  const { contracts } = parts;
  const known: Deps = { store, clock, settings, index, embedding, files, toolTraits, contracts };
  const hasFreeLane = () => lanes.running < settings.maxTurns;
  const consolidator =
    index === undefined
      ? undefined
      : new Consolidator({ deps: known, log, runtimes, hasFreeLane, isMine: isMine("consolidation") });
  const retryModel = (name: string) => {
    for (const runtime of runtimes.values()) runtime.retryModel?.(name);
  };
  const stopUnsaved: Deps["stopUnsaved"] = (id, cancel) => lanes.cancel(id, cancel);
  const deps: Deps = { ...known, consolidator, retryModel, stopUnsaved };
  const isDraining = () => fleet.isDraining;
  const turnDeps: TurnDeps = { ...deps, runtimes, log, live, catalogue, running: new Map(), isDraining };
  const lanes = new Lanes(turnDeps, fleet);
  const release = [
    ...(consolidator === undefined ? [] : [fleet.want("consolidation")]),
    ...(embedding === undefined ? [] : [fleet.want("embedding")]),
  ];
  const fenced = (lease: Lease): Deps => ({ ...deps, store: fencedStore(store, lease) });
  const upkeep = index && fleet.once("memory-upkeep", (lease) => startUpkeep(fenced(lease), log));
  const fileUpkeep = files && fleet.once("file-upkeep", () => startFileUpkeep({ store, clock, files, log }));
  const { auditMs } = settings;
  const auditUpkeep =
    auditMs === null ? undefined : fleet.once("audit-upkeep", (lease) => startAuditUpkeep(fenced(lease), log, auditMs));
  const scheduler = fleet.once("schedules", (lease) => startScheduler(fenced(lease), log));
  const heldAnswers = fleet.once("held-answers", (lease) => startHeldAnswers(fenced(lease), log));
  fleet.begin();
  return {
    deps,
    fleet,
    worker: lanes.worker,
    runningTurns: () => lanes.running,
    callTool: (bot, request, signal) => callTool(turnDeps, bot, request, signal),
    recallForPrompt: (bot, asked) => recallForPrompt(turnDeps, bot, asked),
    toolsFor: (bot) => callableTools(turnDeps, bot),
    tools: catalogue.descriptions,
    liveText: () => live.snapshot(),
    async [Symbol.asyncDispose]() {
      await scheduler[Symbol.asyncDispose]();
      await heldAnswers[Symbol.asyncDispose]();
      await consolidator?.[Symbol.asyncDispose]();
      await lanes[Symbol.asyncDispose]();
      await upkeep?.[Symbol.asyncDispose]();
      await fileUpkeep?.[Symbol.asyncDispose]();
      await auditUpkeep?.[Symbol.asyncDispose]();
      await embedding?.queue[Symbol.asyncDispose]();
      await embedding?.questions[Symbol.asyncDispose]();
      await index?.[Symbol.asyncDispose]();
      for (const letGo of release) letGo();
      if (parts.fleet === undefined) await fleet[Symbol.asyncDispose]();
    },
  };
}

function unnamed({ maxTurns }: EngineSettings): FleetParts["identity"] {
  return { host: "", pid: 0, version: "", lanes: maxTurns };
}

function noLoad() {
  return { cpu: 0, memoryBytes: 0 };
}

function startEmbedding(parts: EngineParts, index: MemoryIndex | undefined, isMine: () => boolean) {
  const { store, clock, log, settings, embedder } = parts;
  if (embedder === undefined || index === undefined) return undefined;
  return {
    questions: new QuestionVectors({ embedder, clock, waitMs: settings.meaningWaitMs }),
    queue: new EmbeddingQueue({ store, clock, log, embedder, index, isMine }),
  };
}
