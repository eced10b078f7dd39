/**
 * Reads BlackBox5's Hindsight store, `memories.json`: a list of what an agent holds in four networks. Its vectors are of
 * another model and are left out.
 */
import { AppError } from "@reef/protocol/error";
import { msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { makeId } from "../ids.ts";
import type { MemorySeed } from "../port/memory-seed.ts";
import { redactJson } from "../redact/secrets.ts";
import { newMemoryFields } from "./new-memory.ts";

const Row = z.object({
  id: z.string().min(1),
  content: z.string().trim().min(1).max(100_000),
  network: z.enum(["world", "experience", "opinion", "observation"]),
  metadata: z.record(z.string(), z.json()).default({}),
  created_at: z.string(),
});

export interface ReadHindsight {
  readonly seeds: readonly MemorySeed[];
  readonly refused: readonly { readonly line: number; readonly reason: string }[];
  readonly notes: readonly string[];
}

/** Throws `invalid_request` for a file of another schema. */
export function readHindsight(text: string, name: string): ReadHindsight {
  let given: unknown;
  try {
    given = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new AppError("invalid_request", `this is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!Array.isArray(given) || !given.some((row) => Row.shape.network.safeParse(row?.network).success)) {
    const expected = "expected a list of {id, content, network, created_at}, as in memories.json";
    throw new AppError("invalid_request", `this is not a Hindsight store: ${expected}`);
  }
  const refused: { line: number; reason: string }[] = [];
  const [seeds, notes]: [MemorySeed[], string[]] = [[], []];
  let [vectors, secrets] = [0, 0];
  for (const [at, item] of given.entries()) {
    const { embedding, ...rest } = (typeof item === "object" && item !== null ? item : {}) as { embedding?: unknown };
    if (embedding !== undefined) vectors += 1;
    const { value, count } = redactJson(rest);
    secrets += count;
    const row = Row.safeParse(value);
    if (row.success) seeds.push(rowToSeed(row.data, name));
    else refused.push({ line: at + 1, reason: z.prettifyError(row.error).slice(0, 500) });
  }
  if (vectors > 0) notes.push(`Left out the vectors of ${vectors} rows, which are of another model.`);
  if (secrets > 0) notes.push(secrets === 1 ? "1 secret was blacked out." : `${secrets} secrets were blacked out.`);
  return { seeds, refused, notes };
}

function rowToSeed({ id, content, network, metadata, created_at }: z.infer<typeof Row>, name: string): MemorySeed {
  const confidence = typeof metadata.confidence === "number" ? metadata.confidence : 0.5;
  const isOwn = network === "experience" || network === "opinion";
  return {
    ...newMemoryFields,
    id: makeId("memory"),
    kind: isOwn ? "note" : "fact",
    text: content,
    trust: "import",
    source: { kind: "import", name },
    importance: Math.min(1, Math.max(0, confidence)),
    occurredAt: timeOf(created_at),
    metadata: { hindsight: { id, network, ...(JSON.stringify(metadata).length <= 12_000 && { metadata }) } },
  };
}

/** A time without a zone is UTC. */
function timeOf(text: string) {
  const ms = Date.parse(/T.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes("T") ? text : `${text}Z`);
  return Number.isNaN(ms) ? null : msToIso(ms);
}
