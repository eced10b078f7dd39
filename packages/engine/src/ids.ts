/** Makes ids, and is the only place that does: a prefix and a UUIDv7. */

import type {
  ApprovalRuleId,
  AskId,
  BotId,
  BudgetId,
  ChainId,
  CodeId,
  ConsolidationId,
  DeviceId,
  EntryId,
  FileId,
  GatewayId,
  IdNoun,
  McpServerId,
  MemoryId,
  MessageId,
  ProgressId,
  ProposalId,
  ProviderId,
  RootId,
  ScheduleId,
  SessionId,
  SkillId,
  TaskId,
  TopicId,
  TurnId,
  UndoToken,
  WorkerId,
} from "@reef/protocol/ids";
import { idPrefixByNoun } from "@reef/protocol/ids";
import { v5, v7 } from "uuid";

interface IdByNoun {
  bot: BotId;
  topic: TopicId;
  session: SessionId;
  message: MessageId;
  entry: EntryId;
  turn: TurnId;
  ask: AskId;
  chain: ChainId;
  worker: WorkerId;
  memory: MemoryId;
  proposal: ProposalId;
  schedule: ScheduleId;
  gateway: GatewayId;
  progress: ProgressId;
  file: FileId;
  provider: ProviderId;
  undo: UndoToken;
  device: DeviceId;
  code: CodeId;
  mcpServer: McpServerId;
  skill: SkillId;
  root: RootId;
  task: TaskId;
  approvalRule: ApprovalRuleId;
  consolidation: ConsolidationId;
  budget: BudgetId;
}

/** Returns a new id of the given noun. Ids made by one process sort in the order they were made. */
export function makeId<Noun extends IdNoun>(noun: Noun): IdByNoun[Noun] {
  return `${idPrefixByNoun[noun]}_${v7()}` as IdByNoun[Noun];
}

/**
 * Returns the id of something that has a name elsewhere, such as an imported session. The same name gives the same id
 * each time, so that another import finds it. It sorts by `atMs`, in milliseconds since the epoch.
 */
export function idOfName<Noun extends IdNoun>(noun: Noun, name: string, atMs: number): IdByNoun[Noun] {
  const hash = v5(`${noun}:${name}`, namespace).replaceAll("-", "");
  const time = Math.max(0, Math.min(Math.trunc(atMs), 2 ** 48 - 1))
    .toString(16)
    .padStart(12, "0");
  const hex = `${time}7${hash.slice(13, 16)}${hash.slice(16)}`;
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return `${idPrefixByNoun[noun]}_${uuid}` as IdByNoun[Noun];
}

/**
 * Returns a key for a frame around several texts: the same for the same ids, and unknown to anyone who lacks one of
 * them (MB9).
 */
export function mixedKey(...ids: readonly string[]): string {
  return v5(`frame:${ids.join(":")}`, namespace).slice(-12);
}

/** Returns when an id was made, in milliseconds since the epoch. */
export function idToMs(id: string): number {
  return Number.parseInt(
    id
      .replace(/^[a-z]+_/, "")
      .replaceAll("-", "")
      .slice(0, 12),
    16,
  );
}

/** An arbitrary fixed namespace, which keeps our names apart from those of others. */
const namespace = "5f1f7b1e-6f0a-4c7e-9d3e-6b7c1a5d2e90";
