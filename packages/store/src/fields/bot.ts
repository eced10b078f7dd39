/** Maps the fields of a bot that people set to its row. */
import type { BotFields } from "@reef/engine/port/unit";
import { type Codecs, json, plain, withKey } from "./codec.ts";

export const botCodecs = {
  name: withKey("name", "name_key"),
  role: plain("role"),
  instructions: plain("instructions"),
  model: plain("model"),
  runtime: plain("runtime"),
  agent: json("agent"),
  tools: json("tools"),
  limits: json("limits"),
  tags: json("tags"),
  mcp: json("mcp"),
  box: json("box"),
} satisfies Codecs<BotFields>;
