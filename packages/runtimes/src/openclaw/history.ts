/**
 * Reads a session's transcript and state from its gateway; both are checked here and trusted afterwards. A row that
 * cannot be read is left out, so that the shared parts of a later release are still understood.
 */
import { z } from "zod";
import { type GatewayConnection, GatewayError } from "./connection.ts";

export interface HistoryRow {
  readonly id: string;
  /** In the transcript; rises, with gaps. */
  readonly place: number;
  /** `user`, `assistant`, `toolResult`, `system`, `custom` and others. */
  readonly role: string;
  readonly text: string;
  /** The run that wrote it. The gateway's own answer to a command names it by its key. */
  readonly runId: string | null;
  /** For a user row: the run that it began, which is its idempotency key. */
  readonly inputOf: string | null;
  /** For an assistant row. */
  readonly calls: readonly { readonly callId: string; readonly name: string; readonly input: unknown }[];
  /** For a tool's result. */
  readonly callId: string | null;
  readonly toolName: string | null;
  readonly isError: boolean;
  /** An assistant row that only says that the run failed. */
  readonly isFailure: boolean;
  /** An assistant row from a model, not from the gateway itself. */
  readonly isByModel: boolean;
  /** An assistant row that was cut off by a stop. */
  readonly isCutOff: boolean;
  readonly provenance: {
    readonly kind: string;
    readonly sourceSessionKey: string | null;
    readonly sourceTool: string | null;
  } | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  /** Its model, and which of its input tokens were cached, as far as the gateway says. */
  readonly model?: string | undefined;
  readonly cachedTokens?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number | null;
}

export interface History {
  /** Oldest first. */
  readonly rows: readonly HistoryRow[];
  /** True when there are older ones. */
  readonly hasMore: boolean;
  /** Inputs that were accepted and have not begun. */
  readonly pending: readonly { readonly runId: string | null; readonly state: string }[];
  /** The run that goes on now, and its words so far. */
  readonly inFlight: { readonly runId: string; readonly text: string } | null;
  readonly hasActiveRun: boolean;
  /** Null when the gateway does not say. */
  readonly activeRunIds: readonly string[] | null;
  readonly lastRunId: string | null;
  readonly lastRunError: string | null;
}

const Part = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  arguments: z.unknown().optional(),
});

const Row = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(z.unknown())]).optional(),
  timestamp: z.number().optional(),
  idempotencyKey: z.string().optional(),
  toolCallId: z.string().optional(),
  toolName: z.string().optional(),
  isError: z.boolean().optional(),
  stopReason: z.string().optional(),
  openclawAbort: z.unknown().optional(),
  model: z.string().optional().catch(undefined),
  usage: z
    .looseObject({
      input: z.number().optional(),
      output: z.number().optional(),
      cacheRead: z.number().optional(),
      cacheWrite: z.number().optional(),
      cost: z.looseObject({ total: z.number().optional() }).optional(),
    })
    .optional(),
  provenance: z
    .looseObject({ kind: z.string(), sourceSessionKey: z.string().optional(), sourceTool: z.string().optional() })
    .optional(),
  __openclaw: z.looseObject({
    id: z.string(),
    runId: z.string().optional(),
    seq: z.number().optional(),
    transcriptPosition: z.looseObject({ rawSeq: z.number() }).optional(),
  }),
});

const Page = z.looseObject({
  messages: z.array(z.unknown()).default([]),
  hasMore: z.boolean().default(false),
  pendingInputs: z
    .looseObject({
      items: z.array(z.looseObject({ runId: z.string().optional(), state: z.string() })).default([]),
    })
    .optional(),
  inFlightRun: z.looseObject({ runId: z.string(), text: z.string().default("") }).nullish(),
  sessionInfo: z
    .looseObject({
      hasActiveRun: z.boolean().default(false),
      activeRunIds: z.array(z.string()).optional(),
      lastRunId: z.string().optional(),
      lastRunError: z.string().optional(),
    })
    .default({ hasActiveRun: false }),
});

export interface HistoryRequest {
  readonly key: string;
  /** Newest rows. */
  readonly limit: number;
  /** Inputs whose receipt is requested. */
  readonly runIds?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Reads the newest rows of a session and its current state. Rejects with `GatewayError`. */
export async function readHistory(
  connection: Pick<GatewayConnection, "request">,
  { key, limit, runIds, signal }: HistoryRequest,
): Promise<History> {
  const params = { sessionKey: key, limit, ...(runIds === undefined ? {} : { inputRunIds: runIds }) };
  const payload = await connection.request("chat.history", params, signal === undefined ? {} : { signal });
  return toHistory(payload);
}

function toHistory(payload: unknown): History {
  const parsed = Page.safeParse(payload);
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
    throw new GatewayError("malformed", `chat.history: its answer cannot be read at ${places}`);
  }
  const { messages, hasMore, pendingInputs, inFlightRun, sessionInfo } = parsed.data;
  return {
    rows: messages.flatMap((message) => toRow(message) ?? []),
    hasMore,
    pending: (pendingInputs?.items ?? []).map(({ runId, state }) => ({ runId: runId ?? null, state })),
    inFlight: inFlightRun ? { runId: inFlightRun.runId, text: inFlightRun.text } : null,
    hasActiveRun: sessionInfo.hasActiveRun,
    activeRunIds: sessionInfo.activeRunIds ?? null,
    lastRunId: sessionInfo.lastRunId ?? null,
    lastRunError: sessionInfo.lastRunError ?? null,
  };
}

/** The model's name in answers by the gateway itself. */
const gatewayModel = "gateway-injected";

/** Returns null when it cannot be read. */
export function toRow(message: unknown): HistoryRow | null {
  const parsed = Row.safeParse(message);
  if (!parsed.success) return null;
  const row = parsed.data;
  const parts =
    typeof row.content === "string" ? [] : (row.content ?? []).flatMap((part) => Part.safeParse(part).data ?? []);
  const text = typeof row.content === "string" ? row.content : textOf(parts);
  const { usage, provenance, idempotencyKey } = row;
  return {
    id: row.__openclaw.id,
    place: row.__openclaw.transcriptPosition?.rawSeq ?? row.__openclaw.seq ?? 0,
    role: row.role,
    text,
    runId: row.__openclaw.runId ?? (row.role === "assistant" ? idempotencyKey : undefined) ?? null,
    inputOf: row.role === "user" && idempotencyKey?.endsWith(":user") ? idempotencyKey.slice(0, -":user".length) : null,
    calls:
      row.role !== "assistant"
        ? []
        : parts.flatMap(({ type, id, name, ...part }) =>
            type === "toolCall" && id !== undefined && name !== undefined
              ? [{ callId: id, name, input: part.arguments ?? null }]
              : [],
          ),
    callId: row.toolCallId ?? null,
    toolName: row.toolName ?? null,
    isError: row.isError ?? false,
    isFailure: row.stopReason === "error" || (idempotencyKey?.endsWith(":terminal-error") ?? false),
    // The gateway writes an answer that a stop cut off under its own name.
    isByModel: row.role === "assistant" && (row.model !== gatewayModel || row.openclawAbort !== undefined),
    isCutOff: row.openclawAbort !== undefined,
    provenance:
      provenance === undefined
        ? null
        : {
            kind: provenance.kind,
            sourceSessionKey: provenance.sourceSessionKey ?? null,
            sourceTool: provenance.sourceTool ?? null,
          },
    inputTokens: (usage?.input ?? 0) + (usage?.cacheRead ?? 0) + (usage?.cacheWrite ?? 0),
    outputTokens: usage?.output ?? 0,
    costUsd: usage?.cost?.total ?? 0,
    model: row.model,
    cachedTokens: usage?.cacheRead,
    at: row.timestamp ?? null,
  };
}

function textOf(parts: readonly z.infer<typeof Part>[]): string {
  return parts.flatMap(({ type, text }) => (type === "text" && text !== undefined ? [text] : [])).join("");
}
