/** The audit says who did what when. Its lines are never changed, and each holds the hash of the one before (AU1). */
import { z } from "zod";
import { BotId, DeviceId } from "./ids.ts";
import { GivenTime, IsoTime } from "./time.ts";

/** `person`: with a login of a device, or with the server's token. `bot`: in one of its turns. `system`: by itself. */
export const AuditActor = z
  .object({
    kind: z.enum(["person", "bot", "system"]),
    /** The bot, or the device of a person; null for the token and the system. */
    id: z.union([BotId, DeviceId]).nullable(),
    /** For a person: how the server knew them. */
    via: z.enum(["login", "token"]).nullable(),
  })
  .meta({ id: "AuditActor" });
export type AuditActor = z.infer<typeof AuditActor>;

/** What happened, without the texts of people and bots, and without values of secrets. */
export const AuditFacts = z.object({
  /** A noun and a verb, such as `bot.change`. */
  action: z.string(),
  /** The id or the name of what it was done to; null if that is Reef itself. */
  subject: z.string().nullable(),
  details: z.record(z.string(), z.json()),
});
export type AuditFacts = z.infer<typeof AuditFacts>;

export const AuditLine = AuditFacts.extend({
  /** 1, 2, 3 … without gaps. */
  seq: z.int(),
  at: IsoTime,
  actor: AuditActor,
  /** The hash of the line before; empty for the first. */
  previous: z.string(),
  hash: z.string(),
}).meta({ id: "AuditLine" });
export type AuditLine = z.infer<typeof AuditLine>;

export const AuditFilter = z.object({
  /** A kind of actor, or the id of a bot or a device. */
  actor: z.string().min(1).max(100).optional(),
  /** An action, or the beginning of some up to a dot: `bot` for all of `bot.…`. */
  action: z.string().min(1).max(100).optional(),
  from: GivenTime.optional(),
  to: GivenTime.optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AuditVerdict = z
  .object({
    ok: z.boolean(),
    /** How many lines were read. */
    lines: z.int(),
    firstSeq: z.int().nullable(),
    lastSeq: z.int().nullable(),
    /** The hash of the newest line: keep it elsewhere to notice when lines at the end are gone. */
    head: z.string().nullable(),
    /** The first line that does not fit, and why; null if all do. */
    problem: z.object({ seq: z.int(), reason: z.string() }).nullable(),
  })
  .meta({ id: "AuditVerdict" });
export type AuditVerdict = z.infer<typeof AuditVerdict>;

/** Returns the text whose hash is the line's: every field but the hash, in this order. */
export function hashedText({ seq, at, actor, action, subject, details, previous }: Omit<AuditLine, "hash">): string {
  return JSON.stringify([seq, at, actor.kind, actor.id, actor.via, action, subject, details, previous]);
}
