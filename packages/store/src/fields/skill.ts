/** Maps the fields of a skill to its row. The contents of its files are in a table of their own. */
import type { Skill } from "@reef/protocol/skill";
import { type Codecs, flag, json, plain } from "./codec.ts";

export const skillCodecs = {
  id: plain("id"),
  name: plain("name"),
  description: plain("description"),
  shared: flag("shared"),
  onFor: json("on_for"),
  offFor: json("off_for"),
  files: json("files"),
  source: plain("source"),
  createdAt: plain("created_at"),
  updatedAt: plain("updated_at"),
} satisfies Codecs<Skill>;
