/**
 * A gateway is a running OpenClaw that is connected to Reef. Only the place of its token is part of it, never the
 * token, which goes to the address it was given for (SE8). Its agents and sessions are read from it live; a bot is
 * bound to one of its agents, a session can mirror one of its sessions.
 */

import { z } from "zod";
import { BotId, GatewayId, SessionId, TopicId } from "./ids.ts";
import { isMetadataHost } from "./metadata-address.ts";
import { SecretName } from "./secret.ts";
import { IsoTime } from "./time.ts";

/** Says where the gateway's token is found. */
export const TokenSource = z
  .discriminatedUnion("from", [
    /** A stored secret. */
    z.strictObject({ from: z.literal("secret"), name: SecretName }),
    /** A variable of the server's environment that the server's settings assign to this address. */
    z.strictObject({ from: z.literal("env"), name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/) }),
    /** A file of the folder `secrets` in the server's data folder. */
    z.strictObject({ from: z.literal("file"), name: z.string().min(1).max(4096) }),
  ])
  .meta({ id: "TokenSource" });
export type TokenSource = z.infer<typeof TokenSource>;

/** What is stored of a gateway. */
export const GatewayRecord = z
  .object({
    id: GatewayId,
    name: z.string(),
    /** `ws://` or `wss://`; shown without a password and without a query. */
    url: z.string(),
    token: TokenSource,
    enabled: z.boolean(),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "GatewayRecord" });
export type GatewayRecord = z.infer<typeof GatewayRecord>;

/**
 * `off`: disabled by a person. `read_only`: it speaks an unknown protocol, or is too old. `unreachable`: it does not
 * respond, and is tried again. `refused`: it does not let us in (token, rights); tried again rarely.
 */
export const GatewayState = z
  .enum(["off", "connecting", "ready", "read_only", "unreachable", "refused"])
  .meta({ id: "GatewayState" });
export type GatewayState = z.infer<typeof GatewayState>;

/** The state of the connection now. */
export const GatewayStatus = z
  .object({
    state: GatewayState,
    /** A sentence that says why it is not ready, or null. */
    reason: z.string().nullable(),
    /** Release of the gateway, such as `2026.9.6`. */
    version: z.string().nullable(),
    protocolVersion: z.int().nullable(),
    /** How many agents and sessions it has; null if unknown. */
    agents: z.int().nullable(),
    sessions: z.int().nullable(),
    connectedAt: IsoTime.nullable(),
    /** When the next attempt is made. */
    retryAt: IsoTime.nullable(),
  })
  .meta({ id: "GatewayStatus" });
export type GatewayStatus = z.infer<typeof GatewayStatus>;

/**
 * The state of Reef's plugin at a gateway. `absent`: the gateway has not loaded it. `no_token`: it has no token for
 * Reef. `refused`: Reef rejects its token. `unreachable`: it finds no Reef at the address it was given.
 */
export const GatewayPlugin = z
  .object({
    state: z.enum(["ok", "absent", "no_token", "refused", "unreachable"]),
    /** A sentence that says why it does not work, or null. */
    reason: z.string().max(2_000).nullable(),
    /** What to do about it, or null. */
    advice: z.string().max(2_000).nullable(),
  })
  .meta({ id: "GatewayPlugin" });
export type GatewayPlugin = z.infer<typeof GatewayPlugin>;

export const Gateway = GatewayRecord.extend(GatewayStatus.shape).meta({ id: "Gateway" });
export type Gateway = z.infer<typeof Gateway>;

const Url = z
  .url({ protocol: /^wss?$/, error: "expected an address such as ws://127.0.0.1:18789" })
  .max(2_000)
  .refine(
    (url) => !/^[a-z]+:[\\/]*[^\\/?#]*@/i.test(url),
    "an address must not contain a user name or a password: store the token as a secret",
  )
  .refine((url) => !/[?#]/.test(url), "an address must not contain a “?” or a “#”: store the token as a secret")
  .refine(
    (url) => !URL.canParse(url) || !isMetadataHost(new URL(url).hostname),
    "link-local addresses are refused: cloud machines serve their keys there, and no gateway does",
  );

export const NewGateway = z
  .strictObject({
    name: z.string().trim().min(1).max(120),
    url: Url,
    token: TokenSource,
    enabled: z.boolean().optional(),
  })
  .meta({ id: "NewGateway" });
export type NewGateway = z.infer<typeof NewGateway>;

export const GatewayPatch = NewGateway.partial().meta({ id: "GatewayPatch" });
export type GatewayPatch = z.infer<typeof GatewayPatch>;

/** The agent that runs a bot's turns. */
export const AgentRef = z
  .strictObject({ gatewayId: GatewayId, agentId: z.string().min(1).max(200) })
  .meta({ id: "AgentRef" });
export type AgentRef = z.infer<typeof AgentRef>;

/** The gateway's session that a session mirrors. */
export const MirrorRef = z
  .strictObject({ gatewayId: GatewayId, key: z.string().min(1).max(512) })
  .meta({ id: "MirrorRef" });
export type MirrorRef = z.infer<typeof MirrorRef>;

/** An agent as its gateway lists it. */
export const GatewayAgent = z
  .object({
    gatewayId: GatewayId,
    agentId: z.string(),
    name: z.string(),
    emoji: z.string().nullable(),
    workspace: z.string().nullable(),
    model: z.string().nullable(),
    isDefault: z.boolean(),
    /** The bots bound to it. */
    botIds: z.array(BotId),
  })
  .meta({ id: "GatewayAgent" });
export type GatewayAgent = z.infer<typeof GatewayAgent>;

/** A session as its gateway lists it. */
export const GatewaySession = z
  .object({
    gatewayId: GatewayId,
    key: z.string(),
    agentId: z.string(),
    title: z.string(),
    /** `main`, `direct`, `subagent` or another word of the gateway's. */
    kind: z.string(),
    /** `interrupted`: the gateway stopped during its run. */
    status: z.enum(["running", "idle", "failed", "interrupted"]),
    lastText: z.string(),
    group: z.string().nullable(),
    pinned: z.boolean(),
    archived: z.boolean(),
    unread: z.boolean(),
    parentKey: z.string().nullable(),
    model: z.string().nullable(),
    inputTokens: z.int().nullable(),
    outputTokens: z.int().nullable(),
    costUsd: z.number().nullable(),
    updatedAt: IsoTime.nullable(),
    /** The session here that mirrors it. */
    sessionId: SessionId.nullable(),
  })
  .meta({ id: "GatewaySession" });
export type GatewaySession = z.infer<typeof GatewaySession>;

/** A row of a gateway's transcript, converted to Reef's terms. */
export const GatewayEntry = z
  .object({
    /** The gateway's id of the row; unique in its session. */
    id: z.string(),
    kind: z.enum(["person", "session", "bot", "tool_call", "tool_result", "notice"]),
    text: z.string(),
    /** For kind `session`, the key of the session that wrote it. */
    fromKey: z.string().nullable(),
    tool: z
      .object({ callId: z.string(), name: z.string(), input: z.unknown().optional(), isError: z.boolean().optional() })
      .nullable(),
    at: IsoTime.nullable(),
  })
  .meta({ id: "GatewayEntry" });
export type GatewayEntry = z.infer<typeof GatewayEntry>;

/** A new agent at the gateway. Its workspace is a folder on the gateway's machine. */
export const NewGatewayAgent = z
  .strictObject({
    name: z.string().trim().min(1).max(120),
    workspace: z.string().trim().min(1).max(4096).optional(),
    emoji: z.string().trim().min(1).max(16).optional(),
    model: z.string().trim().min(1).max(200).optional(),
  })
  .meta({ id: "NewGatewayAgent" });
export type NewGatewayAgent = z.infer<typeof NewGatewayAgent>;

/** The agent becomes a bot, under this name or its own. */
export const AdoptAgent = z
  .strictObject({ name: z.string().trim().min(1).max(120).optional() })
  .meta({ id: "AdoptAgent" });
export type AdoptAgent = z.infer<typeof AdoptAgent>;

/** Without a bot, the one bound to the session's agent is used, and created if there is none. */
export const AdoptSession = z
  .strictObject({
    botId: BotId.optional(),
    title: z.string().trim().min(1).max(200).optional(),
    topicId: TopicId.nullable().optional(),
  })
  .meta({ id: "AdoptSession" });
export type AdoptSession = z.infer<typeof AdoptSession>;

/** Names the agents to warm up, one after another; all if left out. Each costs one short run of its model. */
export const WarmRequest = z
  .strictObject({ agentIds: z.array(z.string().min(1).max(200)).min(1).max(200).optional() })
  .meta({ id: "WarmRequest" });
export type WarmRequest = z.infer<typeof WarmRequest>;

export const GatewaySessionFilter = z.object({
  agentId: z.string().max(200).optional(),
  /** Words of the title, the key, the group or the latest message. */
  q: z.string().max(400).optional(),
  /** False (default) leaves archived sessions out, true lists only those. */
  archived: z.boolean().optional(),
});
export type GatewaySessionFilter = z.infer<typeof GatewaySessionFilter>;
