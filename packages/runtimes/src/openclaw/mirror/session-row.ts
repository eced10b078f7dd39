/**
 * Converts a gateway's agents and sessions to Reef's shapes. Only the fields in use are required, so that later
 * releases may send more.
 */
import { agentIdOfKey } from "@reef/engine/gateway/session-key";
import type { GatewayAgent, GatewaySession } from "@reef/protocol/gateway";
import { toldTime } from "@reef/protocol/time";
import { z } from "zod";

const text = z.string().nullish();
const count = z.number().nullish();
const flag = z.boolean().nullish();

/** Fields are left out when nothing is known; null clears. */
export const GatewaySessionRow = z.object({
  key: z.string().min(1).max(512),
  agentId: text,
  sessionId: text,
  kind: text,
  classification: text,
  label: text,
  displayName: text,
  derivedTitle: text,
  lastMessagePreview: text,
  category: text,
  pinned: flag,
  archived: flag,
  unread: flag,
  lastRunId: text,
  status: text,
  hasActiveRun: flag,
  abortedLastRun: flag,
  parentSessionKey: text,
  model: text,
  modelProvider: text,
  inputTokens: count,
  outputTokens: count,
  estimatedCostUsd: count,
  updatedAt: count,
});
export type GatewaySessionRow = z.infer<typeof GatewaySessionRow>;

export const SessionList = z.object({
  sessions: z.array(z.unknown()),
  nextOffset: z.int().nullish(),
  hasMore: z.boolean().nullish(),
});

export const AgentList = z.object({
  defaultId: z.string().nullish(),
  agents: z.array(
    z.object({
      id: z.string().min(1).max(200),
      kind: text,
      name: text,
      identity: z.object({ name: text, emoji: text }).nullish(),
      workspace: text,
      model: z.union([z.string(), z.object({ primary: text })]).nullish(),
    }),
  ),
});
export type AgentList = z.infer<typeof AgentList>;

/** What a gateway says of an agent, without Reef's own knowledge of it. */
export type AgentOfGateway = Omit<GatewayAgent, "gatewayId" | "botIds">;

/** What a gateway says of a session, without Reef's own knowledge of it. */
export type SessionOfGateway = Omit<GatewaySession, "gatewayId" | "sessionId">;

export function listToAgents({ defaultId, agents }: AgentList): readonly AgentOfGateway[] {
  return agents.map(({ id, name, identity, workspace, model }) => ({
    agentId: id,
    name: identity?.name || name || id,
    emoji: identity?.emoji ?? null,
    workspace: workspace ?? null,
    model: (typeof model === "string" ? model : model?.primary) ?? null,
    isDefault: id === defaultId,
  }));
}

const titleLength = 200;
const lastTextLength = 300;

export function rowToSession(row: GatewaySessionRow): SessionOfGateway {
  const { key } = row;
  return {
    key,
    agentId: row.agentId ?? agentIdOfKey(key) ?? "",
    title: clip(row.label || row.displayName || row.derivedTitle || restOfKey(key), titleLength),
    kind: row.classification ?? row.kind ?? "other",
    status: statusOf(row),
    lastText: clip(row.lastMessagePreview ?? "", lastTextLength),
    group: row.category || null,
    pinned: row.pinned ?? false,
    archived: row.archived ?? false,
    unread: row.unread ?? false,
    parentKey: row.parentSessionKey || null,
    model: row.model ? [row.modelProvider, row.model].filter(Boolean).join("/") : null,
    inputTokens: wholeOf(row.inputTokens),
    outputTokens: wholeOf(row.outputTokens),
    costUsd: wholeOf(row.estimatedCostUsd) === null ? null : (row.estimatedCostUsd ?? null),
    updatedAt: toldTime(row.updatedAt),
  };
}

/** `main` of `agent:dev:main`. */
function restOfKey(key: string): string {
  return key.replace(/^agent:[^:]+:(?=.)/, "");
}

/** `hasActiveRun` is the gateway's final answer; a row may say `running` of a run that a crash cut off. */
function statusOf({ hasActiveRun, status, abortedLastRun }: GatewaySessionRow): GatewaySession["status"] {
  if (hasActiveRun === true) return "running";
  if (status === "interrupted" || abortedLastRun === true) return "interrupted";
  if (status === "failed" || status === "error") return "failed";
  return hasActiveRun == null && status === "running" ? "running" : "idle";
}

function wholeOf(value: number | null | undefined): number | null {
  return typeof value === "number" && value >= 0 && value <= 1e12 ? Math.round(value) : null;
}

/** Never cuts a character in half. */
export function clip(given: string, length: number): string {
  const line = given.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).toWellFormed()}…`;
}
