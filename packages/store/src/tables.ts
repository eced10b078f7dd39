/**
 * Defines the stored rows. Times are ISO text, flags are 0 or 1, lists and unions are JSON text: the same on every
 * dialect. Facts are stored; what follows from them (status, health) is derived when it is read.
 */
import type { Ask } from "@reef/protocol/ask";
import type { Consolidation, ConsolidationPolicy, Proposal } from "@reef/protocol/consolidation";
import type { Entry } from "@reef/protocol/entry";
import type {
  AskId,
  BotId,
  ChainId,
  ConsolidationId,
  EntryId,
  FileId,
  GatewayId,
  MemoryId,
  MessageId,
  ProposalId,
  ScheduleId,
  SessionId,
  SkillId,
  TopicId,
  TurnId,
  WorkerId,
} from "@reef/protocol/ids";
import type { ArchiveReason, Memory } from "@reef/protocol/memory";
import type { Message } from "@reef/protocol/message";
import type { IsoTime } from "@reef/protocol/time";
import type { Turn } from "@reef/protocol/turn";
import type { Generated } from "kysely";
import type { BudgetRow, ReservationRow } from "./budget-tables.ts";
import type { ChainRow } from "./chain-tables.ts";
import type { botCodecs } from "./fields/bot.ts";
import type { ColumnsOf } from "./fields/codec.ts";
import type { mcpServerCodecs } from "./fields/mcp-server.ts";
import type { memoryCodecs, memoryOriginCodecs } from "./fields/memory.ts";
import type { scheduleCodecs } from "./fields/schedule.ts";
import type { sessionCodecs } from "./fields/session.ts";
import type { skillCodecs } from "./fields/skill.ts";
import type { topicCodecs } from "./fields/topic.ts";
import type { Flag } from "./flag.ts";
import type { LeaseRow, SharedValueRow, WorkerRow } from "./fleet-tables.ts";
import type { GatewayRow, ModelDefaultRow, ProviderRow, SecretRow } from "./model-tables.ts";
import type { StepRow } from "./step-tables.ts";
import type { ApprovalRuleRow, AuditRow, HoldRow } from "./trust-tables.ts";
import type { UndoRow } from "./undo-tables.ts";

/** What Reef itself records of a bot. */
export interface BotFacts {
  id: BotId;
  paused_at: IsoTime | null;
  created_at: IsoTime;
  updated_at: IsoTime;
  last_active_at: IsoTime | null;
  running_turns: number;
  queue_depth: number;
  open_asks: number;
  failures_in_row: number;
  last_turn_at: IsoTime | null;
  last_turn_state: "done" | "failed" | "cancelled" | null;
  last_error: string | null;
  model_calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_nanos: number;
  unpriced_calls: number;
  /** The smallest `head_line` of its sessions without an open turn, which finds bots with work without a scan. */
  claim_line: number | null;
  /** For the oldest of its paused sessions: the budget that it waits for, as JSON. */
  out_of_budget: string | null;
  /** True while a person holds it, or everything (TU6). */
  held: Flag;
}

export type BotRow = BotFacts & ColumnsOf<typeof botCodecs>;

export interface TopicFacts {
  id: TopicId;
  created_at: IsoTime;
}
export type McpServerRow = ColumnsOf<typeof mcpServerCodecs>;
export type SkillRow = ColumnsOf<typeof skillCodecs>;
export interface SkillContentsRow {
  skill_id: SkillId;
  /** JSON: the content of each file by its path. */
  contents: string;
}

export type TopicRow = TopicFacts & ColumnsOf<typeof topicCodecs>;

/** What Reef itself records of a session. */
export interface SessionFacts {
  id: SessionId;
  bot_id: BotId;
  parent_id: SessionId | null;
  root_id: SessionId;
  depth: number;
  pinned_at: IsoTime | null;
  /** Entries up to here are searchable, or were written while memory was off. */
  captured_seq: number;
  /** The session of a gateway that it mirrors. */
  gateway_id: GatewayId | null;
  gateway_key: string | null;
  /** True for a spawned session whose result its parent has not acted on yet (SU2). */
  child_open: Flag;
  queued: number;
  unread: number;
  open_asks: number;
  /** Open asks of the sessions below it in its tree, and the session of the oldest. */
  asks_below: number;
  waits_for_id: SessionId | null;
  turn_id: TurnId | null;
  last_turn_state: "done" | "failed" | "cancelled" | null;
  last_error: string | null;
  last_seq: number;
  read_seq: number;
  last_text: string;
  last_at: IsoTime;
  forked_from_id: SessionId | null;
  forked_from_seq: number | null;
  task_message_id: MessageId | null;
  /** JSON of its result contract. */
  contract: string | null;
  created_at: IsoTime;
  updated_at: IsoTime;
  /** Rank of the first queued message that is due and not held. */
  head_line: number | null;
  /** When the next message that is not due yet becomes due. */
  wake_at: IsoTime | null;
  /** The used-up budget that its turn waits for, as JSON. */
  out_of_budget: string | null;
  /** True while a person holds it, or its tree: then `head_line` and `wake_at` are null (TU6). */
  held: Flag;
}

export type SessionRow = SessionFacts & ColumnsOf<typeof sessionCodecs>;

export interface MessageRow {
  /** Position in the order of acceptance, over all sessions; a retried message is accepted again (MB3). */
  line: number;
  /** Its place among the session's waiting messages: its `line`, unless a person moved it (MB3). */
  rank: number;
  id: MessageId;
  session_id: SessionId;
  sender: string;
  from_session_id: SessionId | null;
  text: string;
  purpose: Message["purpose"];
  mode: Message["mode"];
  state: Message["state"];
  chain_id: ChainId;
  hops: number;
  reply_to: MessageId | null;
  not_before: IsoTime | null;
  accepted_at: IsoTime;
  delivered_at: IsoTime | null;
  acted_at: IsoTime | null;
  answered_at: IsoTime | null;
  answered_by: MessageId | EntryId | null;
  turn_id: TurnId | null;
  reason: string | null;
  held: Flag;
  dismissed_at: IsoTime | null;
  retries: number;
  idempotency_key: string | null;
  attachments: string | null;
  rewound_to: number | null;
  /** For a dead message, what its death has in common with others. */
  cause: string | null;
}

export interface EntryRow {
  id: EntryId;
  session_id: SessionId;
  seq: number;
  kind: Entry["kind"];
  text: string;
  message_id: MessageId | null;
  turn_id: TurnId | null;
  sender: string | null;
  tool: string | null;
  notice: string | null;
  /** For a compaction: its text stands for entries up to this one. */
  through_seq: number | null;
  /** For a rewind: entries after this one, up to its notice, are replaced. */
  rewound_to: number | null;
  partial: Flag;
  external_id: string | null;
  reasoning: string | null;
  attachments: string | null;
  at: IsoTime;
}

/** An entry with data for its turn's runtime alone; other reads of entries never load it. */
export interface WholeEntryRow extends EntryRow {
  opaque: string | null;
}

export interface TurnRow {
  id: TurnId;
  session_id: SessionId;
  bot_id: BotId;
  state: Turn["state"];
  fence: number;
  attempts: number;
  chain_id: ChainId;
  hops: number;
  message_ids: string;
  steps: number;
  model_calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_nanos: number;
  unpriced_calls: number;
  waits: string;
  remote: string | null;
  ready_at: IsoTime | null;
  /** When a waiting turn can be claimed: its `ready_at`, or earlier once its waits are settled. */
  due_at: IsoTime | null;
  cancel_requested: string | null;
  crash_receipt: string | null;
  error: string | null;
  started_at: IsoTime;
  ended_at: IsoTime | null;
  /** Null in a running turn whose worker died, once the death has been counted. */
  worker: WorkerId | null;
  lease_until_ms: number | null;
  /** Deaths since its last step that it shared with other turns (TU4). */
  shared_deaths: number;
}

/** Something that a waiting turn still waits for. */
export interface WaitRow {
  target_id: AskId | MessageId;
  turn_id: TurnId;
}

/** The result of a call from outside the loop. */
export interface CallRow {
  session_id: SessionId;
  call_id: string;
  text: string;
  is_error: number;
  at: IsoTime;
}

export interface AskRow {
  id: AskId;
  kind: Ask["kind"];
  session_id: SessionId;
  bot_id: BotId;
  turn_id: TurnId | null;
  call_id: string | null;
  message_id: MessageId | null;
  chain_id: ChainId | null;
  question: string;
  options: string;
  free_text: Flag;
  /** JSON text of the call it is about. */
  call: string | null;
  /** JSON text of the place where it waits outside Reef; the next two repeat parts of it. */
  origin: string | null;
  origin_gateway: GatewayId | null;
  origin_key: string | null;
  delivery: Ask["delivery"] | null;
  note: string | null;
  deadline_at: IsoTime | null;
  default_answer: string | null;
  state: Ask["state"];
  answer: string | null;
  /** Accepted, taking effect at `held_until`; both are null, or neither. */
  held_answer: string | null;
  held_until: IsoTime | null;
  created_at: IsoTime;
  settled_at: IsoTime | null;
}

export interface ScheduleFacts {
  id: ScheduleId;
  session_id: SessionId;
  bot_id: BotId;
  last_at: IsoTime | null;
  last_message_id: MessageId | null;
  sent: number;
  skipped: number;
  /** The chain in which a bot planned it. */
  chain_id: ChainId | null;
  created_at: IsoTime;
  updated_at: IsoTime;
}

export type ScheduleRow = ScheduleFacts & ColumnsOf<typeof scheduleCodecs>;

export interface FileRow {
  id: FileId;
  name: string;
  media_type: string;
  size_bytes: number;
  width: number | null;
  height: number | null;
  sha256: string;
  created_at: IsoTime;
}

/** Records that a message or an entry of the session names the file. */
export interface FileUseRow {
  session_id: SessionId;
  file_id: FileId;
}

export interface EventRow {
  seq: number;
  /** The whole event, as clients get it. */
  body: string;
}

export interface LinkRow {
  position: number;
  link: string;
}

/** A bot as the owner of memories: a short number for it, and the version of the newest change of any of them. */
export interface MemoryOwnerRow {
  bot_id: BotId;
  version: number;
}

/** Null stands for the most ordinary value: a memory must stay small. */
export interface MemoryFacts {
  id: MemoryId;
  owner: number;
  version: number;
  /** Null for a line of a transcript, whose entry has it. */
  text: string | null;
  entry_id: EntryId | null;
  /** Null for a person, and for a line of a transcript. */
  source: string | null;
  trust: Memory["trust"];
  conversation: number | null;
  /** Null for `created_at`. */
  valid_from: IsoTime | null;
  valid_to: IsoTime | null;
  superseded_by: MemoryId | null;
  archived_at: IsoTime | null;
  archived_for: ArchiveReason | null;
  /** Null for a line of a transcript. */
  same_key: string | null;
  created_at: IsoTime;
  /** Null for `created_at`. */
  updated_at: IsoTime | null;
}

export type MemoryRow = MemoryFacts & ColumnsOf<typeof memoryCodecs> & ColumnsOf<typeof memoryOriginCodecs>;

/** Records that a memory was deleted, and nothing else of it (ME6). */
export interface GoneMemoryRow {
  owner: number;
  version: number;
  id: MemoryId;
}

/** How far an owner's memories have vectors. */
export interface EmbeddedRow {
  owner: number;
  model: number;
  through: number;
  version: number;
}

export interface VectorRow {
  /** The memory's number. */
  memory: number;
  owner: number;
  model: number;
  version: number;
  vector: Uint8Array;
}

export interface ConversationRow {
  owner: number;
  name: string;
}

export interface RecallRow {
  turn_id: TurnId;
  place: number;
  memory_id: MemoryId;
  bot_id: BotId;
  score: number;
  why: string;
}

/** One version of a block; the newest is the block. */
export interface BlockRow {
  bot_id: BotId;
  label: string;
  version: number;
  text: string;
  max_chars: number;
  at: IsoTime;
}

export interface GrantRow {
  owner_id: BotId;
  reader_id: BotId;
}

export interface ConsolidationRow {
  id: ConsolidationId;
  bot_id: BotId;
  session_id: SessionId;
  cause: Consolidation["cause"];
  made_by: Consolidation["by"];
  model: string | null;
  note: string | null;
  from_seq: number;
  through_seq: number;
  usage: string;
  created_at: IsoTime;
}

export interface ProposalRow {
  id: ProposalId;
  consolidation_id: ConsolidationId;
  bot_id: BotId;
  action: Proposal["action"];
  state: Proposal["state"];
  memory_id: MemoryId | null;
  /** 0 if what it says was known already. */
  is_new: Flag;
  sources: string;
  reason: string;
  settled_by: Proposal["settledBy"];
  settled_at: IsoTime | null;
}

export interface ProposalEndRow {
  proposal_id: ProposalId;
  memory_id: MemoryId;
}

/** A bot without a row has the policy `propose`. */
export interface MemoryPolicyRow {
  bot_id: BotId;
  consolidation: ConsolidationPolicy;
}

/** `n`: order of creation. */
interface Numbered {
  n: Generated<number>;
}

export interface Tables {
  bots: BotRow;
  topics: TopicRow;
  sessions: SessionRow & Numbered;
  messages: MessageRow;
  entries: WholeEntryRow & Numbered;
  turns: TurnRow & Numbered;
  waits: WaitRow;
  steps: StepRow;
  asks: AskRow & Numbered;
  calls: CallRow & Numbered;
  schedules: ScheduleRow & Numbered;
  files: FileRow & Numbered;
  file_uses: FileUseRow & Numbered;
  events: EventRow;
  chains: ChainRow;
  links: LinkRow;
  undos: UndoRow;
  gateways: GatewayRow & Numbered;
  providers: ProviderRow & Numbered;
  secrets: SecretRow;
  model_defaults: ModelDefaultRow;
  mcp_servers: McpServerRow;
  skills: SkillRow;
  skill_contents: SkillContentsRow;
  memory_owners: MemoryOwnerRow & Numbered;
  memories: MemoryRow & Numbered;
  gone_memories: GoneMemoryRow;
  conversations: ConversationRow & Numbered;
  embedding_models: { name: string } & Numbered;
  embedded: EmbeddedRow;
  vectors: VectorRow;
  recalls: RecallRow;
  blocks: BlockRow;
  grants: GrantRow;
  budgets: BudgetRow;
  reservations: ReservationRow;
  consolidations: ConsolidationRow;
  proposals: ProposalRow;
  proposal_ends: ProposalEndRow;
  memory_policies: MemoryPolicyRow;
  workers: WorkerRow;
  leases: LeaseRow;
  shared_values: SharedValueRow;
  holds: HoldRow;
  approval_rules: ApprovalRuleRow;
  audit: AuditRow;
}
