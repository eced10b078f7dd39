/** Maps the fields of a bot that people set to its row. */
import type { BotFields } from "@reef/engine/port/unit";
import type { GatewayId } from "@reef/protocol/ids";
import { type Codec, type Codecs, json, plain, withKey } from "./codec.ts";

type AgentColumns = { agent: string | null; gateway_id: GatewayId | null };

/** The gateway stands beside the agent: a claim asks which turns this worker can run. */
const agent: Codec<BotFields["agent"], AgentColumns> = {
  columns: ["agent", "gateway_id"],
  toColumns: (value) => ({
    agent: value === null ? null : JSON.stringify(value),
    gateway_id: value?.gatewayId ?? null,
  }),
  toValue: (row) => (row.agent === null ? null : JSON.parse(row.agent)),
};

export const botCodecs = {
  name: withKey("name", "name_key"),
  role: plain("role"),
  instructions: plain("instructions"),
  model: plain("model"),
  fallbackModel: plain("fallback_model"),
  runtime: plain("runtime"),
  agent,
  tools: json("tools"),
  limits: json("limits"),
  tags: json("tags"),
  mcp: json("mcp"),
  box: json("box"),
} satisfies Codecs<BotFields>;
