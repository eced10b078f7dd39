/**
 * A link is the rule that lets one bot write to another, or read it (MB8). Without links, any bot may do both with any
 * session.
 */
import { z } from "zod";
import { BotId, TopicId } from "./ids.ts";

/** Selects one end of a message. `tree` matches if both ends are in one spawn tree. */
export const LinkEnd = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("any") }),
    z.strictObject({ kind: z.literal("bot"), botId: BotId }),
    z.strictObject({ kind: z.literal("topic"), topicId: TopicId }),
    z.strictObject({ kind: z.literal("tree") }),
  ])
  .meta({ id: "LinkEnd" });
export type LinkEnd = z.infer<typeof LinkEnd>;

/** `write`: sending messages and spawning. `read`: reading the transcript. */
export const LinkRight = z.enum(["write", "read"]).meta({ id: "LinkRight" });
export type LinkRight = z.infer<typeof LinkRight>;

/** Of the links about a right, the first whose both ends fit decides; if none fits, it is allowed. */
export const Link = z
  .strictObject({
    from: LinkEnd,
    to: LinkEnd,
    allow: z.boolean(),
    /** The right it is about; `write` if left out. */
    right: LinkRight.optional(),
  })
  .meta({ id: "Link" });
export type Link = z.infer<typeof Link>;

export const LinkList = z.strictObject({ items: z.array(Link).max(1000) }).meta({ id: "LinkList" });
export type LinkList = z.infer<typeof LinkList>;
