/** The only place that makes ids: a prefix and a UUIDv7. */

import type {
  AskId,
  BotId,
  ChainId,
  ConsolidationId,
  EntryId,
  GatewayId,
  IdNoun,
  MemoryId,
  MessageId,
  ProposalId,
  SessionId,
  TopicId,
  TurnId,
  WorkerId,
} from "@reef/protocol/ids";
import { idPrefixByNoun } from "@reef/protocol/ids";
import { v7 } from "uuid";

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
  gateway: GatewayId;
  consolidation: ConsolidationId;
}

/** A new id of the given noun. Ids made by one process sort in the order they were made. */
export function makeId<Noun extends IdNoun>(noun: Noun): IdByNoun[Noun] {
  return `${idPrefixByNoun[noun]}_${v7()}` as IdByNoun[Noun];
}
