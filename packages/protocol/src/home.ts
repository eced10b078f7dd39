/** What Home shows: what needs a person, what failed, works, and has finished unseen. Whole counts, and the first of each. */
import { z } from "zod";
import { Ask } from "./ask.ts";
import { Schedule } from "./schedule.ts";
import { Session } from "./session.ts";
import { IsoTime } from "./time.ts";

const sessions = z.object({ count: z.int(), items: z.array(Session) });

/** Archived sessions are left out. A session is in one group only: that of its status. */
export const Home = z
  .object({
    /** Sessions with an open question, the one that has waited longest first, each with its oldest. */
    needsYou: z.object({ count: z.int(), items: z.array(z.object({ session: Session, ask: Ask })) }),
    /** Whose last turn failed: of each reason the newest, and how many have the same one. */
    failed: z.object({ count: z.int(), items: z.array(z.object({ session: Session, alike: z.int() })) }),
    /** All that are not archived. */
    sessions: z.int(),
    /** Whose turn runs, the one that has run longest first. */
    working: sessions,
    /** Sessions whose turn waits for another session or a time. */
    waiting: z.int(),
    /** Sessions whose messages wait for a free slot. */
    queued: z.int(),
    /** Idle, with something that nobody has read; the newest first. */
    finished: sessions,
    /** Schedules by their next time, the soonest first. */
    next: z.array(Schedule),
  })
  .meta({ id: "Home" });
export type Home = z.infer<typeof Home>;

/** How many turns ended, and how many of them failed, in each stretch of `bucketMs`, oldest first; the last one is still growing. */
export const TurnCounts = z
  .object({ since: IsoTime, bucketMs: z.int(), ended: z.array(z.int()), failed: z.array(z.int()) })
  .meta({ id: "TurnCounts" });
export type TurnCounts = z.infer<typeof TurnCounts>;
