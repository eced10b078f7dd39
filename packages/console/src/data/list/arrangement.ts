/** Defines the groups of the session list, and their order. */

import { assertNever } from "@reef/protocol/error";
import type { Session } from "@reef/protocol/session";
import type { ShownStatus } from "../../ui/shown-status.ts";
import { shownStatus } from "../../ui/shown-status.ts";
import type { GroupInput, GroupRow } from "./list-row.ts";

type ListGroup = Pick<GroupRow, "key" | "kind" | "label" | "color">;

export interface Arrangement {
  readonly groups: readonly ListGroup[];
  /** Returns the key of the session's group; null, or an unknown key, puts it with the rest. */
  readonly keyOf: (session: Session) => string | null;
}

/** Most urgent first. */
const states: readonly (readonly [ShownStatus, string])[] = [
  ["needs_you", "Needs you"],
  ["out_of_budget", "Out of budget"],
  ["failed", "Failed"],
  ["unknown", "Unknown"],
  ["running", "Running"],
  ["waiting", "Waiting"],
  ["queued", "Queued"],
  ["done_unseen", "Done, unseen"],
  ["paused", "Paused"],
  ["idle", "Idle"],
];

export function makeArrangement({ groupBy, topics, bots, nowMs }: GroupInput): Arrangement {
  switch (groupBy) {
    case "topic":
      return {
        groups: topics.map(({ id, name, color }) => ({ key: id, kind: "topic", label: name, color })),
        keyOf: ({ topicId }) => topicId,
      };
    case "bot":
      return {
        groups: [...bots.values()]
          .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
          .map(({ id, name }) => ({ key: id, kind: "bot", label: name, color: null })),
        keyOf: ({ botId }) => botId,
      };
    case "state":
      return {
        groups: states.map(([status, label]) => ({ key: status, kind: "state", label, color: null })),
        keyOf: shownStatus,
      };
    case "date":
      return {
        groups: dates.map(({ key, label }) => ({ key, kind: "date", label, color: null })),
        keyOf: dateOf(nowMs),
      };
    default:
      return assertNever(groupBy);
  }
}

/** Days since the local day the session was last used. */
const dates = [
  { key: "today", label: "Today", days: 0 },
  { key: "yesterday", label: "Yesterday", days: 1 },
  { key: "week", label: "Last 7 days", days: 7 },
  { key: "month", label: "Last 30 days", days: 30 },
  { key: "earlier", label: "Earlier", days: Number.POSITIVE_INFINITY },
] as const;

function dateOf(nowMs: number): Arrangement["keyOf"] {
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0);
  const starts = dates.map(({ key, days }) => {
    const start = new Date(midnight);
    if (Number.isFinite(days)) start.setDate(start.getDate() - days);
    return { key, startMs: Number.isFinite(days) ? start.getTime() : Number.NEGATIVE_INFINITY };
  });
  return ({ lastAt }) => {
    const ms = Date.parse(lastAt);
    return starts.find(({ startMs }) => ms >= startMs)?.key ?? null;
  };
}
