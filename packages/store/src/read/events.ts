/** Reads the stored events, and totals over everything. */
import type { Queries } from "@reef/engine/port/queries";
import { type Source, statement } from "../sql.ts";
import type { EventRow } from "../tables.ts";

const eventsAfter = statement<{ after: number; limit: number }, Pick<EventRow, "body">>((db, param) =>
  db.selectFrom("events").select("body").where("seq", ">", param("after")).orderBy("seq").limit(param("limit")),
);
// Two queries: only a lone min or max is read from the end of the table instead of all of it.
const firstSeq = statement<object, { seq: number | null }>((db) =>
  db.selectFrom("events").select((build) => build.fn.min("seq").as("seq")),
);
const lastSeq = statement<object, { seq: number | null }>((db) =>
  db.selectFrom("events").select((build) => build.fn.max("seq").as("seq")),
);
const totals = statement<object, Totals>((db) =>
  db.selectNoFrom((build) => [
    build
      .selectFrom("bots")
      .select((each) => each.fn.countAll<number>().as("count"))
      .as("bots"),
    build
      .selectFrom("bots")
      .select((each) => each.fn.sum<number | null>("running_turns").as("sum"))
      .as("running_turns"),
    build
      .selectFrom("bots")
      .select((each) => each.fn.sum<number | null>("queue_depth").as("sum"))
      .as("queue_depth"),
    build
      .selectFrom("sessions")
      .select((each) => each.fn.countAll<number>().as("count"))
      .as("sessions"),
    build
      .selectFrom("turns")
      .select((each) => each.fn.countAll<number>().as("count"))
      .where("state", "=", "waiting")
      .as("waiting_turns"),
    build
      .selectFrom("messages")
      .select((each) => each.fn.countAll<number>().as("count"))
      .where("state", "=", "dead")
      .where("dismissed_at", "is", null)
      .as("dead"),
    build
      .selectFrom("asks")
      .select((each) => each.fn.countAll<number>().as("count"))
      .where("state", "=", "open")
      .as("asks"),
  ]),
);

interface Totals {
  bots: number | null;
  running_turns: number | null;
  queue_depth: number | null;
  sessions: number | null;
  waiting_turns: number | null;
  dead: number | null;
  asks: number | null;
}

export function eventQueries(source: Source): Pick<Queries, "events" | "eventBounds" | "totals"> {
  const last = async () => (await source.all(lastSeq, {}))[0]?.seq ?? 0;
  return {
    events: async (after, limit) =>
      (await source.all(eventsAfter, { after, limit })).map(({ body }) => JSON.parse(body)),
    eventBounds: async () => ({ first: (await source.all(firstSeq, {}))[0]?.seq ?? 0, last: await last() }),
    totals: async () => {
      const [row] = await source.all(totals, {});
      return {
        bots: row?.bots ?? 0,
        sessions: row?.sessions ?? 0,
        runningTurns: row?.running_turns ?? 0,
        waitingTurns: row?.waiting_turns ?? 0,
        queuedMessages: row?.queue_depth ?? 0,
        /** Dismissed ones need no one any more. */
        deadMessages: row?.dead ?? 0,
        openAsks: row?.asks ?? 0,
        lastSeq: await last(),
      };
    },
  };
}
