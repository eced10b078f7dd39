/** A topic is a named, ordered group of sessions with a color. */
import { z } from "zod";
import { TopicId } from "./ids.ts";
import { IsoTime } from "./time.ts";

export const Topic = z
  .object({
    id: TopicId,
    name: z.string(),
    /** `#rrggbb`. */
    color: z.string(),
    /** Position in the list, smallest first. */
    order: z.number(),
    createdAt: IsoTime,
    colour: z
      .string()
      .optional()
      .meta({ deprecated: true, description: "The old name of `color`; answered for one more release." }),
  })
  .meta({ id: "Topic" });
export type Topic = z.infer<typeof Topic>;

/** Adds the color under its old name, for as long as that name is supported. */
export function withColour(topic: Omit<Topic, "colour">): Topic {
  return { ...topic, colour: topic.color };
}

const Color = z.string().regex(/^#[0-9a-fA-F]{6}$/, "expected a color such as #3b82f6");

const topicFields = z.strictObject({
  name: z.string().trim().min(1).max(120),
  color: Color.optional(),
  order: z.number().min(-1e15).max(1e15).optional(),
  colour: Color.optional().meta({
    deprecated: true,
    description: "The old name of `color`; taken for one more release.",
  }),
});

/** Returns the color, under whichever name it came. Refuses two that differ, since it is unclear which one is meant. */
function oneColor<Given extends { readonly color?: string | undefined; readonly colour?: string | undefined }>(
  { colour, ...fields }: Given,
  context: z.RefinementCtx,
): Omit<Given, "colour"> {
  if (colour === undefined) return fields;
  if (fields.color !== undefined && fields.color !== colour) {
    const message = "expected the same as color, of which it is the old name; send color alone";
    context.addIssue({ code: "custom", path: ["colour"], message });
    return z.NEVER;
  }
  return { ...fields, color: colour };
}

export const NewTopic = topicFields.transform(oneColor).meta({ id: "NewTopic" });
export type NewTopic = z.infer<typeof NewTopic>;

export const TopicPatch = topicFields.partial().transform(oneColor).meta({ id: "TopicPatch" });
export type TopicPatch = z.infer<typeof TopicPatch>;
