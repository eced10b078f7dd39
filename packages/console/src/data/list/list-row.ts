/** Defines the rows of the session list, and the input they are made of. */
import type { Bot } from "@reef/protocol/bot";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Topic } from "@reef/protocol/topic";
import type { Grouping, StateFilter } from "./list-view.ts";

export interface GroupRow {
  readonly type: "group";
  readonly key: string;
  readonly kind: "needs" | "pinned" | "topic" | "bot" | "state" | "date" | "rest";
  readonly label: string;
  readonly color: string | null;
  readonly isFolded: boolean;
  readonly sessionIds: readonly SessionId[];
}

export interface SessionListRow {
  readonly type: "session";
  readonly key: SessionId;
  readonly depth: number;
  /** The lines of the tree that go on below the row: bit n is set if its ancestor at depth n, or it itself, has a later sibling. */
  readonly lines: number;
  readonly childCount: number;
  readonly isOpen: boolean;
}

export type ListRow = GroupRow | SessionListRow;

export interface GroupInput {
  readonly sessions: ReadonlyMap<SessionId, Session>;
  readonly topics: readonly Topic[];
  readonly bots: ReadonlyMap<BotId, Bot>;
  readonly filter: string;
  /** Keys of folded groups. */
  readonly folded: ReadonlySet<string>;
  /** Sessions whose children are shown. */
  readonly opened: ReadonlySet<string>;
  readonly groupBy: Grouping;
  readonly states: ReadonlySet<StateFilter>;
  readonly nowMs: number;
  /** True if it contains all sessions. */
  readonly isWhole?: boolean;
}
