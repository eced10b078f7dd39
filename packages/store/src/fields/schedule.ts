/** Maps the fields of a schedule that people and bots set to its row. */
import type { ScheduleFields } from "@reef/engine/port/unit";
import { type Codecs, json, plain } from "./codec.ts";

export const scheduleCodecs = {
  name: plain("name"),
  text: plain("text"),
  timing: json("timing"),
  state: plain("state"),
  by: plain("made_by"),
  nextAt: plain("next_at"),
} satisfies Codecs<ScheduleFields>;
