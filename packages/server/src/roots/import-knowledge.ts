/**
 * Brings the decisions and learnings of a connected folder into a bot's memory, as a file's words (ME5). It pauses between
 * folders and batches, so that a large one holds up nobody.
 */
import { readDecision, splitDecisions } from "@reef/blackbox5/knowledge/decisions";
import { findKnowledge, type KnowledgeFile } from "@reef/blackbox5/knowledge/find";
import { readNotes } from "@reef/blackbox5/knowledge/notes";
import { breathe } from "@reef/engine/bulk/breathe";
import type { Deps } from "@reef/engine/deps";
import { makeId } from "@reef/engine/ids";
import { importSeeds } from "@reef/engine/memory/import-seeds";
import { newMemoryFields } from "@reef/engine/memory/new-memory";
import type { MemorySeed } from "@reef/engine/port/memory-seed";
import { redactSecrets } from "@reef/engine/redact/secrets";
import type { KnowledgeImport, KnowledgeReport, Root, UnreadFile } from "@reef/protocol/root";
import { type IsoTime, isoToMs, msToIso } from "@reef/protocol/time";

const foldersAtOnce = 200;
const decisionsAtOnce = 50;
const shown = 1_000;
const longest = 100_000;

interface Found {
  readonly seeds: MemorySeed[];
  readonly unreadable: UnreadFile[];
  files: number;
  templates: number;
  redacted: number;
}

/** Throws `not_found` for a missing bot. */
export async function importKnowledge(
  deps: Deps,
  root: Pick<Root, "path" | "name">,
  { botId, what = ["decisions", "learnings"], dryRun = false }: KnowledgeImport,
): Promise<KnowledgeReport> {
  const found: Found = { seeds: [], unreadable: [], files: 0, templates: 0, redacted: 0 };
  let folders = 0;
  for (const files of findKnowledge(root.path, deps.clock.now(), found.unreadable)) {
    folders += 1;
    if (folders % foldersAtOnce === 0) await breathe(deps.clock);
    for (const file of files) {
      if (what.includes(file.kind === "registry" ? "decisions" : "learnings"))
        await readFile(deps, root.name, file, found);
    }
  }
  const { added, known } = await importSeeds(deps, botId, found.seeds, { dryRun });
  const { files, templates, redacted, unreadable } = found;
  return { files, added, known, templates, redacted, unreadable: unreadable.slice(0, shown), dryRun };
}

async function readFile(deps: Deps, rootName: string, file: KnowledgeFile, found: Found): Promise<void> {
  const read = file.read();
  if ("reason" in read) return void found.unreadable.push({ path: file.path, reason: read.reason });
  const before = found.seeds.length;
  const add = (seed: Pick<MemorySeed, "kind" | "text" | "occurredAt" | "metadata">) => {
    const { value, count } = redactSecrets(seed.text.slice(0, longest).toWellFormed());
    found.redacted += count;
    found.seeds.push({
      ...newMemoryFields,
      ...seed,
      id: makeId("memory"),
      text: value,
      trust: "import",
      source: { kind: "import", name: `${rootName}: ${file.path}`.slice(-200) },
    });
  };
  if (file.kind === "registry") await readRegistry(deps, file.path, read.text, { add, found });
  else {
    const parts = readNotes(read.text);
    if (parts.length === 0) found.templates += 1;
    for (const { title, heading, text } of parts) {
      const head = [title, heading].filter(Boolean).join(" · ");
      add({
        kind: "note",
        text: head === "" ? text : `${head}\n${text}`,
        occurredAt: msToIso(Math.trunc(read.modifiedMs)),
        metadata: { blackbox5: { file: file.path } },
      });
    }
  }
  if (found.seeds.length > before) found.files += 1;
}

async function readRegistry(
  deps: Deps,
  path: string,
  text: string,
  {
    add,
    found,
  }: {
    readonly add: (seed: Pick<MemorySeed, "kind" | "text" | "occurredAt" | "metadata">) => void;
    readonly found: Found;
  },
): Promise<void> {
  const blocks = splitDecisions(text);
  if (blocks.length === 0) found.unreadable.push({ path, reason: "it has no list of decisions" });
  for (const [at, block] of blocks.entries()) {
    if (at % decisionsAtOnce === decisionsAtOnce - 1) await breathe(deps.clock);
    const decision = readDecision(block);
    if ("reason" in decision) {
      found.unreadable.push({ path: `${path}:${block.line}`, reason: decision.reason });
      continue;
    }
    const { id, title, rationale, timestamp, alternatives, ...rest } = decision;
    const others = alternatives.length === 0 ? [] : [`Alternatives: ${alternatives.join("; ")}`];
    add({
      kind: "fact",
      text: [`Decision: ${title}`, ...(rationale === "" ? [] : [rationale]), ...others].join("\n"),
      occurredAt: timeOf(timestamp),
      metadata: { blackbox5: { decision: id, file: path, ...bounded(rest) } },
    });
  }
}

/** Metadata stays small, whatever a file has. */
function bounded(rest: Readonly<Record<string, string | null | readonly string[]>>) {
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      typeof value === "string" ? value.slice(0, 500) : (value?.slice(0, 20).map((item) => item.slice(0, 200)) ?? null),
    ]),
  );
}

function timeOf(text: string | null): IsoTime | null {
  if (text === null) return null;
  const ms = /T.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes("T") ? Date.parse(text) : Date.parse(`${text}Z`);
  return Number.isNaN(ms) ? null : isoOrNull(ms);
}

function isoOrNull(ms: number): IsoTime | null {
  const iso = msToIso(ms);
  return Number.isNaN(isoToMs(iso)) ? null : iso;
}
