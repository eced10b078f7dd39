/**
 * Declares the progress of work that takes longer than a request: an import, a warm-up, copying a transcript. It lives
 * in the server's memory and is forgotten when the server stops; what it has done by then stays done, and requesting it
 * again goes on from there.
 */
import { z } from "zod";
import { GatewayId, SessionId } from "./ids.ts";
import { ImportReport } from "./import.ts";
import { IsoTime } from "./time.ts";

export const Progress = z
  .object({
    id: z.string(),
    kind: z.enum(["warm", "adopt", "import"]),
    /** Names the gateway, session or folder, for people. */
    title: z.string(),
    gatewayId: GatewayId.nullable(),
    /** The session whose transcript is taken over. */
    sessionId: SessionId.nullable(),
    state: z.enum(["running", "done", "failed", "cancelled"]),
    /** What it works on now: an agent, a file, a session. */
    current: z.string().nullable(),
    done: z.int(),
    /** Null if unknown. */
    total: z.int().nullable(),
    /** What did not work, at most 100; the rest went on. */
    problems: z.array(z.object({ what: z.string(), reason: z.string() })),
    /** Why it failed. */
    error: z.string().nullable(),
    /** For a finished import. */
    report: ImportReport.nullable(),
    startedAt: IsoTime,
    endedAt: IsoTime.nullable(),
  })
  .meta({ id: "Progress" });
export type Progress = z.infer<typeof Progress>;
