/**
 * Defines what Home shows: what needs a person, what failed, what works, and what finished unseen. It has the total of
 * each group, and the first items.
 */
import { z } from "zod";
import { Ask } from "./ask.ts";
import { Schedule } from "./schedule.ts";
import { Session } from "./session.ts";
import { IsoTime } from "./time.ts";

const sessions = z.object({ count: z.int(), items: z.array(Session) });

/** Leaves archived sessions out. A session is in one group only: that of its status. */
export const Home = z
  .object({
    /** Sessions with an open question, each with its oldest; the longest waiting first. */
    needsYou: z.object({ count: z.int(), items: z.array(z.object({ session: Session, ask: Ask })) }),
    /** Sessions whose last turn failed: for each reason the newest, and how many have the same reason. */
    failed: z.object({ count: z.int(), items: z.array(z.object({ session: Session, alike: z.int() })) }),
    /** All sessions that are not archived. */
    sessions: z.int(),
    /** Sessions whose turn runs, the longest running first. */
    working: sessions,
    /** Sessions whose turn waits for another session or a time. */
    waiting: z.int(),
    /** Sessions whose messages wait for a free slot. */
    queued: z.int(),
    /** Idle sessions with something unread, the newest first. */
    finished: sessions,
    /** Schedules by their next time, the soonest first. */
    next: z.array(Schedule),
  })
  .meta({ id: "Home" });
export type Home = z.infer<typeof Home>;

/**
 * How many turns ended, and how many of them failed, in each bucket of `bucketMs`, oldest first; the last bucket is
 * still growing.
 */
export const TurnCounts = z
  .object({ since: IsoTime, bucketMs: z.int(), ended: z.array(z.int()), failed: z.array(z.int()) })
  .meta({ id: "TurnCounts" });
export type TurnCounts = z.infer<typeof TurnCounts>;
