/**
 * Declares the one event union, which feeds the socket, the server-sent events, the console's cache and the tests. Each
 * event carries the whole noun as it is after the commit, so that applying one twice changes nothing. Events of memory
 * only name what changed: a hard forget then has nothing to remove from them (ME6). `seq` increases by commit and is
 * assigned in the same transaction (SY1).
 */
import { z } from "zod";
import { Ask } from "./ask.ts";
import { Bot } from "./bot.ts";
import { Entry } from "./entry.ts";
import { GatewayRecord } from "./gateway.ts";
import { Hold } from "./hold.ts";
import {
  BotId,
  BudgetId,
  ChainId,
  ConsolidationId,
  EntryId,
  GatewayId,
  McpServerId,
  MemoryId,
  ProviderId,
  RootId,
  ScheduleId,
  SessionId,
  SkillId,
  TaskId,
  TopicId,
  WorkerId,
} from "./ids.ts";
import { LinkList } from "./link.ts";
import { Message } from "./message.ts";
import { ModelDefaults } from "./model.ts";
import { ProviderRecord } from "./provider.ts";
import { Root } from "./root.ts";
import { Schedule } from "./schedule.ts";
import { SecretName, SecretRecord } from "./secret.ts";
import { Session } from "./session.ts";
import { Skill } from "./skill.ts";
import { Task } from "./task.ts";
import { IsoTime } from "./time.ts";
import { Topic } from "./topic.ts";
import { Turn } from "./turn.ts";
import { Worker } from "./worker.ts";

const head = { seq: z.int(), at: IsoTime };
const named = { count: z.int(), memoryIds: z.array(MemoryId) };

export const Event = z
  .discriminatedUnion("type", [
    /** Created or changed. Counts derived from turns (status, health) are as of this commit. */
    z.object({ ...head, type: z.literal("bot.changed"), bot: Bot }),
    z.object({ ...head, type: z.literal("bot.deleted"), botId: BotId }),
    z.object({ ...head, type: z.literal("topic.changed"), topic: Topic }),
    z.object({ ...head, type: z.literal("topic.deleted"), topicId: TopicId }),
    z.object({ ...head, type: z.literal("session.changed"), session: Session }),
    z.object({ ...head, type: z.literal("session.deleted"), sessionId: SessionId }),
    /** Accepted, or its receipts or state moved on. */
    z.object({ ...head, type: z.literal("message.changed"), message: Message }),
    /** A link forbade it: nothing was accepted (MB8). */
    z.object({
      ...head,
      type: z.literal("message.refused"),
      fromSessionId: SessionId,
      toSessionId: SessionId.nullable(),
      toBotId: BotId,
      chainId: ChainId,
      reason: z.string(),
      entryId: EntryId,
    }),
    z.object({ ...head, type: z.literal("entry.created"), entry: Entry }),
    z.object({ ...head, type: z.literal("turn.changed"), turn: Turn }),
    z.object({ ...head, type: z.literal("ask.changed"), ask: Ask }),
    /** Created, changed, or due: its next time and what it has sent. */
    z.object({ ...head, type: z.literal("schedule.changed"), schedule: Schedule }),
    z.object({ ...head, type: z.literal("schedule.deleted"), scheduleId: ScheduleId }),
    z.object({ ...head, type: z.literal("links.changed"), links: LinkList }),
    /** A rule of approvals was created, replaced or revoked. */
    z.object({ ...head, type: z.literal("approval_rules.changed") }),
    /** A stop holds something, or it was resumed: everything that is held now. */
    z.object({ ...head, type: z.literal("holds.changed"), held: z.array(Hold) }),
    /** Saved, changed, superseded, archived or restored: `count` memories, of which `memoryIds` names at most 100. */
    z.object({ ...head, type: z.literal("memory.changed"), botId: BotId, ...named }),
    /** Deleted for good. */
    z.object({ ...head, type: z.literal("memory.deleted"), botId: BotId, ...named }),
    /** Created, or one of its proposals was accepted, rejected or undone. */
    z.object({
      ...head,
      type: z.literal("consolidation.changed"),
      botId: BotId,
      consolidationId: ConsolidationId,
    }),
    /** The bot's consolidation policy changed. */
    z.object({ ...head, type: z.literal("memory_policy.changed"), botId: BotId }),
    z.object({ ...head, type: z.literal("block.changed"), botId: BotId, label: z.string(), version: z.int() }),
    z.object({ ...head, type: z.literal("block.deleted"), botId: BotId, label: z.string() }),
    z.object({ ...head, type: z.literal("grants.changed"), botId: BotId }),
    z.object({ ...head, type: z.literal("gateway.changed"), gateway: GatewayRecord }),
    z.object({ ...head, type: z.literal("gateway.deleted"), gatewayId: GatewayId }),
    z.object({ ...head, type: z.literal("provider.changed"), provider: ProviderRecord }),
    z.object({ ...head, type: z.literal("provider.deleted"), providerId: ProviderId }),
    /** Never carries its value (SE8). */
    z.object({ ...head, type: z.literal("secret.changed"), secret: SecretRecord }),
    z.object({ ...head, type: z.literal("secret.deleted"), name: SecretName }),
    /** Its limits or its state changed, or its next period began. What is spent changes all the time: read it. */
    z.object({ ...head, type: z.literal("budget.changed"), budgetId: BudgetId }),
    z.object({ ...head, type: z.literal("budget.deleted"), budgetId: BudgetId }),
    /** Its settings or its tools changed. They can be large, so they are read when they are needed. */
    z.object({ ...head, type: z.literal("mcp_server.changed"), serverId: McpServerId }),
    z.object({ ...head, type: z.literal("mcp_server.deleted"), serverId: McpServerId }),
    /** Without the contents of its files. */
    z.object({ ...head, type: z.literal("skill.changed"), skill: Skill }),
    z.object({ ...head, type: z.literal("skill.deleted"), skillId: SkillId }),
    /** Connected, or its scan went on. Without the list of files that can't be read. */
    z.object({ ...head, type: z.literal("root.changed"), root: Root }),
    /** Its untouched tasks are deleted; the others belong to no root. */
    z.object({ ...head, type: z.literal("root.deleted"), rootId: RootId }),
    /** Without its text and criteria. */
    z.object({ ...head, type: z.literal("task.changed"), task: Task }),
    z.object({ ...head, type: z.literal("task.deleted"), taskId: TaskId }),
    /** Many changed, such as by a scan: `count` tasks, of which `taskIds` names at most 100. */
    z.object({ ...head, type: z.literal("tasks.changed"), count: z.int(), taskIds: z.array(TaskId) }),
    /** The models by use changed. */
    z.object({ ...head, type: z.literal("models.changed"), defaults: ModelDefaults }),
    /** Started, drains, holds other leases, is gone, or has another load: for the last, at most once in 10 s. */
    z.object({ ...head, type: z.literal("worker.changed"), worker: Worker }),
    z.object({ ...head, type: z.literal("worker.deleted"), workerId: WorkerId }),
    /** Something that workers share changed: of logins, a device signed in or out. Never carries a value. */
    z.object({ ...head, type: z.literal("shared.changed"), kind: z.string() }),
  ])
  .meta({ id: "Event" });
export type Event = z.infer<typeof Event>;
export type EventType = Event["type"];
