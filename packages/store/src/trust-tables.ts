/** Defines the stored rows of what people decide about bots: what is held, and which calls may run. */
import type { ApprovalRule } from "@reef/protocol/approval";
import type { AuditActor } from "@reef/protocol/audit";
import type { ApprovalRuleId, AskId, BotId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";

export interface HoldRow {
  /** `scopeKey` of its scope. */
  key: string;
  scope: string;
  target: string | null;
  name: string | null;
  reason: string | null;
  at: IsoTime;
}

export interface ApprovalRuleRow {
  /** `ruleKey` of the rule. */
  key: string;
  id: ApprovalRuleId;
  bot_id: BotId | null;
  tool: string;
  /** JSON text; null for any arguments. */
  arguments: string | null;
  decision: ApprovalRule["decision"];
  ask_id: AskId | null;
  created_at: IsoTime;
}

export interface AuditRow {
  seq: number;
  at: IsoTime;
  actor_kind: AuditActor["kind"];
  actor_id: AuditActor["id"];
  actor_via: AuditActor["via"];
  action: string;
  subject: string | null;
  /** JSON text. */
  details: string;
  previous: string;
  hash: string;
}
