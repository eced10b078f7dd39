/** Lists the columns of each table, for statements over whole rows. Typed so that a missing column does not compile. */
import type { BudgetRow, ReservationRow } from "./budget-tables.ts";
import { botCodecs } from "./fields/bot.ts";
import { columnNames } from "./fields/codec.ts";
import { mcpServerCodecs } from "./fields/mcp-server.ts";
import { memoryCodecs, memoryOriginCodecs } from "./fields/memory.ts";
import { scheduleCodecs } from "./fields/schedule.ts";
import { sessionCodecs } from "./fields/session.ts";
import { skillCodecs } from "./fields/skill.ts";
import { topicCodecs } from "./fields/topic.ts";
import type { LeaseRow, WorkerRow } from "./fleet-tables.ts";
import type { GatewayRow, ProviderRow, SecretRow } from "./model-tables.ts";
import type { StepRow } from "./step-tables.ts";
import type {
  AskRow,
  BotFacts,
  EntryRow,
  FileRow,
  MemoryFacts,
  MessageRow,
  ScheduleFacts,
  SessionFacts,
  TopicFacts,
  TurnRow,
  WholeEntryRow,
} from "./tables.ts";
import type { ApprovalRuleRow, AuditRow } from "./trust-tables.ts";

/** Requires every column of a row to be named once. */
function columnsOf<Row>() {
  return <const Names extends readonly (keyof Row & string)[]>(
    names: Names &
      ([keyof Row & string] extends [Names[number]] ? unknown : ["missing", Exclude<keyof Row, Names[number]>]),
  ): readonly (keyof Row & string)[] => names as readonly (keyof Row & string)[];
}

/**
 * Groups the columns beside a noun's codecs by what writes them: `kept` is written when the row is created, `set` with
 * every change of its fields, `counted` with every change around it.
 */
interface Groups<Row> {
  readonly kept: readonly (keyof Row & string)[];
  readonly set: readonly (keyof Row & string)[];
  readonly counted: readonly (keyof Row & string)[];
}

function groupsOf<Row>() {
  return <const G extends Groups<Row>>(
    groups: G &
      ([keyof Row] extends [G["kept" | "set" | "counted"][number]]
        ? unknown
        : ["missing", Exclude<keyof Row, G["kept" | "set" | "counted"][number]>]),
  ): G => groups;
}

const botFacts = groupsOf<BotFacts>()({
  kept: ["id", "created_at"],
  set: ["paused_at", "updated_at"],
  counted: [
    "last_active_at",
    "running_turns",
    "queue_depth",
    "open_asks",
    "failures_in_row",
    "last_turn_at",
    "last_turn_state",
    "last_error",
    "model_calls",
    "input_tokens",
    "output_tokens",
    "cost_nanos",
    "unpriced_calls",
    "claim_line",
    "out_of_budget",
    "held",
  ],
});
/** Written by a person's change. */
export const botSetColumns = [...columnNames(botCodecs), ...botFacts.set] as const;
/** Written by turns and messages. The other columns are left alone, because each indexed one costs its index. */
export const botCountedColumns = botFacts.counted;
export const botColumns = [...botFacts.kept, ...botSetColumns, ...botCountedColumns] as const;

const topicFacts = groupsOf<TopicFacts>()({ kept: ["id", "created_at"], set: [], counted: [] });
export const topicSetColumns = columnNames(topicCodecs);
export const topicColumns = [...topicFacts.kept, ...topicSetColumns] as const;

const sessionFacts = groupsOf<SessionFacts>()({
  kept: ["id", "bot_id", "gateway_id", "gateway_key", "task_message_id", "contract", "created_at"],
  set: ["pinned_at", "captured_seq", "parent_id", "root_id", "depth", "forked_from_id", "forked_from_seq"],
  counted: [
    "child_open",
    "queued",
    "unread",
    "open_asks",
    "asks_below",
    "waits_for_id",
    "turn_id",
    "last_turn_state",
    "last_error",
    "last_seq",
    "read_seq",
    "last_text",
    "last_at",
    "updated_at",
    "head_line",
    "wake_at",
    "out_of_budget",
    "held",
  ],
});
export const sessionSetColumns = [...columnNames(sessionCodecs), ...sessionFacts.set] as const;
export const sessionCountedColumns = sessionFacts.counted;
export const sessionColumns = [...sessionFacts.kept, ...sessionSetColumns, ...sessionCountedColumns] as const;

export const messageColumns = columnsOf<MessageRow>()([
  "line",
  "rank",
  "id",
  "session_id",
  "sender",
  "from_session_id",
  "text",
  "purpose",
  "mode",
  "state",
  "chain_id",
  "hops",
  "reply_to",
  "not_before",
  "accepted_at",
  "delivered_at",
  "acted_at",
  "answered_at",
  "answered_by",
  "turn_id",
  "reason",
  "held",
  "dismissed_at",
  "retries",
  "idempotency_key",
  "attachments",
  "rewound_to",
  "cause",
]);

export const entryColumns = columnsOf<EntryRow>()([
  "id",
  "session_id",
  "seq",
  "kind",
  "text",
  "message_id",
  "turn_id",
  "sender",
  "tool",
  "notice",
  "through_seq",
  "rewound_to",
  "partial",
  "external_id",
  "reasoning",
  "attachments",
  "at",
]);
export const wholeEntryColumns = columnsOf<WholeEntryRow>()([...entryColumns, "opaque"]);

export const turnColumns = columnsOf<TurnRow>()([
  "id",
  "session_id",
  "bot_id",
  "state",
  "fence",
  "attempts",
  "chain_id",
  "hops",
  "message_ids",
  "steps",
  "model_calls",
  "input_tokens",
  "output_tokens",
  "cost_nanos",
  "unpriced_calls",
  "waits",
  "remote",
  "ready_at",
  "due_at",
  "cancel_requested",
  "crash_receipt",
  "error",
  "started_at",
  "ended_at",
  "worker",
  "lease_until_ms",
  "shared_deaths",
]);

export const budgetColumns = columnsOf<BudgetRow>()([
  "id",
  "scope_key",
  "period",
  "limit_nanos",
  "limit_tokens",
  "warn_permille",
  "extra_nanos",
  "extra_tokens",
  "since",
  "spent_nanos",
  "spent_tokens",
  "unpriced_calls",
  "is_out",
  "set_by",
  "ask_id",
  "version",
  "created_at",
  "updated_at",
]);

export const reservationColumns = columnsOf<ReservationRow>()([
  "id",
  "bot_key",
  "session_key",
  "tree_key",
  "topic_key",
  "chain_key",
  "tokens",
  "nanos",
  "output_tokens",
  "expires_at",
]);

export const stepColumns = columnsOf<StepRow>()([
  "turn_id",
  "n",
  "kind",
  "call_id",
  "tool",
  "entry_id",
  "input_tokens",
  "output_tokens",
  "cost_nanos",
  "duration_ms",
  "model",
  "cached_tokens",
  "first_token_ms",
  "window_tokens",
  "context_tokens",
  "compacts_at",
  "at",
]);

export const askColumns = columnsOf<AskRow>()([
  "id",
  "kind",
  "session_id",
  "bot_id",
  "turn_id",
  "call_id",
  "message_id",
  "chain_id",
  "question",
  "options",
  "free_text",
  "call",
  "origin",
  "origin_gateway",
  "origin_key",
  "delivery",
  "note",
  "deadline_at",
  "default_answer",
  "state",
  "answer",
  "held_answer",
  "held_until",
  "created_at",
  "settled_at",
]);

export const approvalRuleColumns = columnsOf<ApprovalRuleRow>()([
  "key",
  "id",
  "bot_id",
  "tool",
  "arguments",
  "decision",
  "ask_id",
  "created_at",
]);

export const auditColumns = columnsOf<AuditRow>()([
  "seq",
  "at",
  "actor_kind",
  "actor_id",
  "actor_via",
  "action",
  "subject",
  "details",
  "previous",
  "hash",
]);

const memoryFacts = groupsOf<MemoryFacts>()({
  // Includes the text, which never changes (ME4).
  kept: ["id", "owner", "text", "entry_id", "source", "conversation", "valid_from", "same_key", "created_at"],
  set: ["version", "trust", "valid_to", "superseded_by", "archived_at", "archived_for", "updated_at"],
  counted: [],
});
export const memorySetColumns = [...columnNames(memoryCodecs), ...memoryFacts.set] as const;
export const memoryColumns = [...memoryFacts.kept, ...columnNames(memoryOriginCodecs), ...memorySetColumns] as const;

export const fileColumns = columnsOf<FileRow>()([
  "id",
  "name",
  "media_type",
  "size_bytes",
  "width",
  "height",
  "sha256",
  "created_at",
]);

export const gatewayColumns = columnsOf<GatewayRow>()([
  "id",
  "name",
  "url",
  "token",
  "enabled",
  "created_at",
  "updated_at",
]);

const scheduleFacts = groupsOf<ScheduleFacts>()({
  kept: ["id", "session_id", "bot_id", "chain_id", "created_at"],
  set: ["last_at", "last_message_id", "sent", "skipped", "updated_at"],
  counted: [],
});
export const scheduleSetColumns = [...columnNames(scheduleCodecs), ...scheduleFacts.set] as const;
export const scheduleColumns = [...scheduleFacts.kept, ...scheduleSetColumns] as const;

export const mcpServerColumns = columnNames(mcpServerCodecs);
export const skillColumns = columnNames(skillCodecs);

export const providerColumns = columnsOf<ProviderRow>()([
  "id",
  "name",
  "kind",
  "base_url",
  "secret",
  "first_token_ms",
  "between_tokens_ms",
  "prices",
  "overrides",
  "enabled",
  "created_at",
  "updated_at",
]);

export const secretColumns = columnsOf<SecretRow>()([
  "name",
  "sealed",
  "origin",
  "created_at",
  "updated_at",
  "last_used_at",
]);

export const workerColumns = columnsOf<WorkerRow>()([
  "id",
  "host",
  "pid",
  "version",
  "started_at",
  "seen_at",
  "until_ms",
  "lanes",
  "claims",
  "cpu_milli",
  "memory_bytes",
  "draining",
  "drained",
  "gone_at",
  "shown_at",
]);
export const leaseColumns = columnsOf<LeaseRow>()(["name", "gateway_id", "worker", "until_ms", "fence"]);
