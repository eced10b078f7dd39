/**
 * Converts a row of a gateway's transcript to entries. Provenance decides whose words they are: OpenClaw stores what
 * another session wrote under the role of the assistant, and it must never be shown as the bot's own (MB9).
 */
import type { GatewayEntry } from "@reef/protocol/gateway";
import { msToIso, toldTime } from "@reef/protocol/time";
import { z } from "zod";
import { innerCall } from "../inner-call.ts";

const Part = z.looseObject({ type: z.string() });

export const TranscriptRow = z.object({
  role: z.string(),
  content: z.union([z.string(), z.array(z.unknown())]).nullish(),
  timestamp: z.number().nullish(),
  idempotencyKey: z.string().nullish(),
  provenance: z
    .object({ kind: z.string(), sourceSessionKey: z.string().nullish(), sourceTool: z.string().nullish() })
    .nullish(),
  toolCallId: z.string().nullish(),
  toolName: z.string().nullish(),
  isError: z.boolean().nullish(),
  errorMessage: z.string().nullish(),
  stopReason: z.string().nullish(),
  /** Said before someone stopped the run. */
  openclawAbort: z.unknown().optional(),
  __openclaw: z.object({
    id: z.string().min(1).max(200),
    seq: z.int().nullish(),
    runId: z.string().nullish(),
    recordTimestampMs: z.number().nullish(),
    transcriptPosition: z.object({ rawSeq: z.int() }).nullish(),
  }),
});
export type TranscriptRow = z.infer<typeof TranscriptRow>;

export const HistoryPage = z.object({
  sessionId: z.string().nullish(),
  messages: z.array(z.unknown()),
  nextOffset: z.int().nullish(),
  hasMore: z.boolean().nullish(),
  totalMessages: z.int().nullish(),
});

/** Returns the row's place in its transcript; rises, with gaps. */
export function placeOf(row: TranscriptRow): number {
  return row.__openclaw.transcriptPosition?.rawSeq ?? row.__openclaw.seq ?? 0;
}

export function timeOf(row: TranscriptRow): number | null {
  const ms = row.__openclaw.recordTimestampMs ?? row.timestamp;
  return typeof ms === "number" && toldTime(ms) !== null ? ms : null;
}

/**
 * Returns none for a row without visible content, such as bare thinking. Ids are unique in the transcript and the same
 * at each read.
 */
export function rowToEntries(row: TranscriptRow): readonly GatewayEntry[] {
  const { id } = row.__openclaw;
  const ms = timeOf(row);
  const head = { fromKey: null, tool: null, at: ms === null ? null : msToIso(ms) };
  const said = textOf(row.content);
  if (row.provenance?.kind === "inter_session" && row.role !== "toolResult") {
    const fromKey = row.provenance.sourceSessionKey ?? null;
    return said === "" ? [] : [{ ...head, id, kind: "session", text: said, fromKey }];
  }
  switch (row.role) {
    case "user": {
      const isByPerson = row.provenance == null || row.provenance.kind === "external_user";
      return said === "" ? [] : [{ ...head, id, kind: isByPerson ? "person" : "notice", text: said }];
    }
    case "assistant":
      return assistantEntries(row, { ...head, id }, said);
    case "toolResult": {
      const tool = { callId: row.toolCallId ?? id, name: row.toolName ?? "tool", isError: row.isError ?? false };
      return [{ ...head, id, kind: "tool_result", text: said, tool }];
    }
    default:
      return said === "" ? [] : [{ ...head, id, kind: "notice", text: said }];
  }
}

type Head = Pick<GatewayEntry, "id" | "fromKey" | "tool" | "at">;

function assistantEntries(row: TranscriptRow, head: Head, said: string): readonly GatewayEntry[] {
  const entries: GatewayEntry[] = said === "" ? [] : [{ ...head, kind: "bot", text: said }];
  for (const part of partsOf(row.content)) {
    if (part.type !== "toolCall" || typeof part.id !== "string" || typeof part.name !== "string") continue;
    const tool = { callId: part.id, ...innerCall(part.name, part.arguments ?? part.input) };
    entries.push({ ...head, id: `${head.id}#${part.id}`, kind: "tool_call", text: "", tool });
  }
  if (entries.length === 0 && row.errorMessage) {
    return [{ ...head, kind: "notice", text: `The run failed: ${row.errorMessage}` }];
  }
  return entries;
}

function textOf(content: TranscriptRow["content"]): string {
  if (content == null) return "";
  if (typeof content === "string") return content.trim();
  return partsOf(content)
    .map((part) => {
      if (part.type === "text") return typeof part.text === "string" ? part.text : "";
      return /^(image|audio|video|file|document)$/.test(part.type) ? `[${part.type}]` : "";
    })
    .filter((each) => each !== "")
    .join("\n")
    .trim();
}

function partsOf(content: TranscriptRow["content"]): readonly z.infer<typeof Part>[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => {
    const parsed = Part.safeParse(part);
    return parsed.success ? [parsed.data] : [];
  });
}
