/**
 * Defines identifiers. Every id is a prefix and a UUIDv7, so that ids sort by creation time and one kind cannot be
 * passed where another is expected. This package only names and checks them; the engine makes them.
 */
import { z } from "zod";

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

/** The prefix of each kind of id, by noun. */
export const idPrefixByNoun = {
  bot: "bot",
  topic: "tpc",
  session: "ses",
  message: "msg",
  entry: "ent",
  turn: "trn",
  ask: "ask",
  schedule: "sch",
  chain: "chn",
  worker: "wrk",
  consolidation: "con",
  memory: "mem",
  proposal: "prp",
  gateway: "gtw",
  progress: "prg",
  file: "fil",
  provider: "prv",
  undo: "und",
  device: "dev",
  mcpServer: "mcp",
  approvalRule: "apr",
  code: "cod",
  budget: "bdg",
  skill: "skl",
  root: "rot",
  task: "tsk",
} as const;

export type IdNoun = keyof typeof idPrefixByNoun;

function idPattern(noun: IdNoun): RegExp {
  return new RegExp(`^${idPrefixByNoun[noun]}_${uuid}$`);
}

export const BotId = z.string().regex(idPattern("bot"), "expected a bot id (bot_…)").brand<"BotId">();
export type BotId = z.infer<typeof BotId>;

export const TopicId = z.string().regex(idPattern("topic"), "expected a topic id (tpc_…)").brand<"TopicId">();
export type TopicId = z.infer<typeof TopicId>;

export const SessionId = z.string().regex(idPattern("session"), "expected a session id (ses_…)").brand<"SessionId">();
export type SessionId = z.infer<typeof SessionId>;

export const MessageId = z.string().regex(idPattern("message"), "expected a message id (msg_…)").brand<"MessageId">();
export type MessageId = z.infer<typeof MessageId>;

export const EntryId = z.string().regex(idPattern("entry"), "expected an entry id (ent_…)").brand<"EntryId">();
export type EntryId = z.infer<typeof EntryId>;

export const TurnId = z.string().regex(idPattern("turn"), "expected a turn id (trn_…)").brand<"TurnId">();
export type TurnId = z.infer<typeof TurnId>;

export const ApprovalRuleId = z
  .string()
  .regex(idPattern("approvalRule"), "expected the id of an approval rule (apr_…)")
  .brand<"ApprovalRuleId">();
export type ApprovalRuleId = z.infer<typeof ApprovalRuleId>;

export const AskId = z.string().regex(idPattern("ask"), "expected an ask id (ask_…)").brand<"AskId">();
export type AskId = z.infer<typeof AskId>;

export const ScheduleId = z
  .string()
  .regex(idPattern("schedule"), "expected a schedule id (sch_…)")
  .brand<"ScheduleId">();
export type ScheduleId = z.infer<typeof ScheduleId>;

export const ChainId = z.string().regex(idPattern("chain"), "expected a chain id (chn_…)").brand<"ChainId">();
export type ChainId = z.infer<typeof ChainId>;

export const WorkerId = z.string().regex(idPattern("worker"), "expected a worker id (wrk_…)").brand<"WorkerId">();
export type WorkerId = z.infer<typeof WorkerId>;

export const MemoryId = z.string().regex(idPattern("memory"), "expected a memory id (mem_…)").brand<"MemoryId">();
export type MemoryId = z.infer<typeof MemoryId>;

export const ConsolidationId = z
  .string()
  .regex(idPattern("consolidation"), "expected a consolidation id (con_…)")
  .brand<"ConsolidationId">();
export type ConsolidationId = z.infer<typeof ConsolidationId>;

export const ProposalId = z
  .string()
  .regex(idPattern("proposal"), "expected a proposal id (prp_…)")
  .brand<"ProposalId">();
export type ProposalId = z.infer<typeof ProposalId>;

export const GatewayId = z.string().regex(idPattern("gateway"), "expected a gateway id (gtw_…)").brand<"GatewayId">();
export type GatewayId = z.infer<typeof GatewayId>;

export const ProgressId = z
  .string()
  .regex(idPattern("progress"), "expected a progress id (prg_…)")
  .brand<"ProgressId">();
export type ProgressId = z.infer<typeof ProgressId>;

export const FileId = z.string().regex(idPattern("file"), "expected a file id (fil_…)").brand<"FileId">();
export type FileId = z.infer<typeof FileId>;

export const ProviderId = z
  .string()
  .regex(idPattern("provider"), "expected a provider id (prv_…)")
  .brand<"ProviderId">();
export type ProviderId = z.infer<typeof ProviderId>;

/** Undoes one act, once. */
export const UndoToken = z.string().regex(idPattern("undo"), "expected an undo token (und_…)").brand<"UndoToken">();
export type UndoToken = z.infer<typeof UndoToken>;

/** A signed-in browser. */
export const DeviceId = z.string().regex(idPattern("device"), "expected a device id (dev_…)").brand<"DeviceId">();
export type DeviceId = z.infer<typeof DeviceId>;

/** Names a one-time code without revealing it. */
export const CodeId = z.string().regex(idPattern("code"), "expected a code id (cod_…)").brand<"CodeId">();
export type CodeId = z.infer<typeof CodeId>;

export const McpServerId = z
  .string()
  .regex(idPattern("mcpServer"), "expected the id of an MCP server (mcp_…)")
  .brand<"McpServerId">();
export type McpServerId = z.infer<typeof McpServerId>;

export const BudgetId = z.string().regex(idPattern("budget"), "expected a budget id (bdg_…)").brand<"BudgetId">();
export type BudgetId = z.infer<typeof BudgetId>;
export const SkillId = z.string().regex(idPattern("skill"), "expected the id of a skill (skl_…)").brand<"SkillId">();
export type SkillId = z.infer<typeof SkillId>;

export const RootId = z.string().regex(idPattern("root"), "expected the id of a root (rot_…)").brand<"RootId">();
export type RootId = z.infer<typeof RootId>;

export const TaskId = z.string().regex(idPattern("task"), "expected a task id (tsk_…)").brand<"TaskId">();
export type TaskId = z.infer<typeof TaskId>;
