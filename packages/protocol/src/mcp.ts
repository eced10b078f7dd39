/**
 * An MCP server is a program, or a service elsewhere, that gives bots tools (Model Context Protocol). It is registered
 * once and attached to bots. Its tools are kept as they were approved: what changes is shown before a model sees it
 * (TO5).
 */
import { z } from "zod";
import { McpServerId } from "./ids.ts";
import { McpBox } from "./mcp-box.ts";
import { ProviderUrl } from "./provider.ts";
import { SecretName } from "./secret.ts";
import { IsoTime } from "./time.ts";
import { AfterCrash } from "./tool.ts";

/** The part of its tools' names before the two underscores. */
export const McpServerName = z
  .string()
  .trim()
  .regex(
    /^[a-z0-9](-?[a-z0-9]){0,31}$/,
    "expected at most 32 lower-case letters and digits, joined by single dashes, such as “github”",
  );
export type McpServerName = z.infer<typeof McpServerName>;

/** A value that stands here, or the name of the secret that holds it. */
export const McpValue = z
  .union([z.string().max(10_000), z.strictObject({ secret: SecretName })])
  .meta({ id: "McpValue" });
export type McpValue = z.infer<typeof McpValue>;

const fewEntries = (values: object) => Object.keys(values).length <= 50;

/** A client that a person registered for Reef at a service that lets no program register itself. */
export const McpOAuthClient = z
  .strictObject({
    clientId: z.string().trim().min(1).max(1_000),
    /** Left out for a client without one. */
    clientSecret: z.strictObject({ secret: SecretName }).optional(),
    /** What it asks for, separated by spaces; what the service names if left out. */
    scope: z.string().trim().min(1).max(2_000).optional(),
  })
  .meta({ id: "McpOAuthClient" });
export type McpOAuthClient = z.infer<typeof McpOAuthClient>;

export const McpTransport = z
  .discriminatedUnion("kind", [
    /** Reef starts the program and talks to it over its standard input and output. */
    z.strictObject({
      kind: z.literal("stdio"),
      command: z.string().trim().min(1).max(1_000),
      args: z.array(z.string().max(4_000)).max(100).default([]),
      /** Nothing else of Reef's environment reaches it. */
      env: z
        .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, "expected the name of a variable"), McpValue)
        .refine(fewEntries, "expected at most 50 variables")
        .default({}),
    }),
    /** A service that speaks streamable HTTP. */
    z.strictObject({
      kind: z.literal("http"),
      url: ProviderUrl,
      headers: z
        .record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, "expected the name of a header"), McpValue)
        .refine(fewEntries, "expected at most 50 headers")
        .default({}),
      /** True if people sign in at it (OAuth): see `POST /v1/mcp-servers/{id}/sign-in`. */
      signIn: z.boolean().optional(),
      oauth: McpOAuthClient.optional(),
    }),
  ])
  .meta({ id: "McpTransport" });
export type McpTransport = z.infer<typeof McpTransport>;

/** A tool as its server describes it. */
export const McpToolText = z.object({
  description: z.string(),
  /** JSON Schema of its input. */
  inputSchema: z.record(z.string(), z.unknown()),
});
export type McpToolText = z.infer<typeof McpToolText>;

export const McpTool = McpToolText.extend({
  /** As its server names it. */
  name: z.string(),
  /** As models see it: `server__tool`. */
  fullName: z.string(),
  title: z.string().nullable(),
  /** What its server claims: true if it only reads. It is a hint, and nothing rests on it. */
  readOnly: z.boolean(),
  /** What its server claims: true if a repeated call changes nothing more. Left out in lists from before. */
  idempotent: z.boolean().optional(),
  /** Null while nobody has approved it; it is not used until then. */
  approved: McpToolText.nullable(),
}).meta({ id: "McpTool" });
export type McpTool = z.infer<typeof McpTool>;

const Fields = {
  name: McpServerName,
  transport: McpTransport,
  enabled: z.boolean(),
  /** What its program may see and use; it says nothing about a service. */
  box: McpBox,
  /** Whether it may ask the model of the bot that calls it for text, which the bot pays for. */
  sampling: z.boolean(),
  /** After this long without a call it is stopped, in milliseconds; the next call starts it again. */
  idleMs: z.int().min(1_000).max(86_400_000),
  /** The longest time of one call, in milliseconds. */
  timeoutMs: z.int().min(1_000).max(3_600_000),
};

export const NewMcpServer = z
  .strictObject({
    ...Fields,
    enabled: Fields.enabled.optional(),
    box: Fields.box.optional(),
    sampling: Fields.sampling.optional(),
    idleMs: Fields.idleMs.optional(),
    timeoutMs: Fields.timeoutMs.optional(),
  })
  .meta({ id: "NewMcpServer" });
export type NewMcpServer = z.infer<typeof NewMcpServer>;

export const McpServerPatch = NewMcpServer.partial().meta({ id: "McpServerPatch" });
export type McpServerPatch = z.infer<typeof McpServerPatch>;

/** What is stored of a server. */
export const McpServerRecord = z
  .object({
    id: McpServerId,
    ...Fields,
    /** As it listed them last. */
    tools: z.array(McpTool),
    /** When it last listed them; null if it never did. */
    listedAt: IsoTime.nullable(),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "McpServerRecord" });
export type McpServerRecord = z.infer<typeof McpServerRecord>;

/** `idle`: not running, since nobody needs it. `failing`: it could not be started or reached; it is tried again. */
export const McpServerState = z.enum(["idle", "starting", "ready", "failing", "off"]).meta({ id: "McpServerState" });
export type McpServerState = z.infer<typeof McpServerState>;

export const McpServer = McpServerRecord.extend({
  state: McpServerState,
  /** Why it fails, for people; null if it does not. */
  problem: z.string().nullable(),
  /** The name and version that it gives itself; null before its first start. */
  software: z.string().nullable(),
  /** The bots it is attached to. */
  botIds: z.array(z.string()),
}).meta({ id: "McpServer" });
export type McpServer = z.infer<typeof McpServer>;

/** A server attached to a bot. */
export const McpAttachment = z
  .strictObject({
    serverId: McpServerId,
    /** Names of its tools, as the server names them; all approved ones if left out. */
    tools: z.array(z.string().min(1).max(256)).max(500).optional(),
    /** Whether a person must allow each call first: all, or those of the named tools. */
    ask: z.union([z.boolean(), z.array(z.string().min(1).max(256)).max(500)]).optional(),
    /**
     * What becomes of a call that a crash cut off (TU3). If left out: `replay` for tools that only read or may be
     * repeated, as their server says, and `ask` for all others.
     */
    afterCrash: AfterCrash.optional(),
  })
  .meta({ id: "McpAttachment" });
export type McpAttachment = z.infer<typeof McpAttachment>;

/** Approves what tools say now; all of them if left out. */
export const McpApproval = z
  .strictObject({
    tools: z.array(z.string().min(1).max(256)).max(500).optional(),
    /** `listedAt` of the list that was looked at: refused if the server has listed something else since. */
    listedAt: IsoTime.optional(),
  })
  .meta({ id: "McpApproval" });
export type McpApproval = z.infer<typeof McpApproval>;

/** A document that a server offers. */
export const McpResource = z
  .object({ uri: z.string(), name: z.string(), description: z.string(), mediaType: z.string().nullable() })
  .meta({ id: "McpResource" });
export type McpResource = z.infer<typeof McpResource>;

/** Instructions that a server offers. */
export const McpPrompt = z
  .object({
    name: z.string(),
    description: z.string(),
    arguments: z.array(z.object({ name: z.string(), description: z.string(), required: z.boolean() })),
  })
  .meta({ id: "McpPrompt" });
export type McpPrompt = z.infer<typeof McpPrompt>;

/** What a resource or prompt says, as text; other kinds are named. */
export const McpText = z.object({ text: z.string() }).meta({ id: "McpText" });
export type McpText = z.infer<typeof McpText>;
