/** A topic: a named, ordered, coloured group of sessions. */
import { z } from "zod";
import { TopicId } from "./ids.ts";
import { IsoTime } from "./time.ts";

export const Topic = z
  .object({
    id: TopicId,
    name: z.string(),
    /** `#rrggbb`. */
    colour: z.string(),
    /** Position in the list, smallest first. */
    order: z.number(),
    createdAt: IsoTime,
  })
  .meta({ id: "Topic" });
export type Topic = z.infer<typeof Topic>;

const Colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, "expected a colour such as #3b82f6");

export const NewTopic = z
  .strictObject({
    name: z.string().trim().min(1).max(120),
    colour: Colour.optional(),
    order: z.number().min(-1e15).max(1e15).optional(),
  })
  .meta({ id: "NewTopic" });
export type NewTopic = z.infer<typeof NewTopic>;

export const TopicPatch = NewTopic.partial().meta({ id: "TopicPatch" });
export type TopicPatch = z.infer<typeof TopicPatch>;
