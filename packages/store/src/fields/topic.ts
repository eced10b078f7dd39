/** Maps the fields of a topic that people set to its row. */
import type { TopicFields } from "@reef/engine/port/unit";
import { type Codecs, plain } from "./codec.ts";

export const topicCodecs = {
  name: plain("name"),
  color: plain("color"),
  order: plain("position"),
} satisfies Codecs<TopicFields>;
