/**
 * Reads a stretch of a session that no consolidation has seen. Its lines are those of the memory, so that what was
 * forgotten is not learned again (ME6), each with whose words it carries. A bot's line has no more trust than what
 * preceded it when it was written (ME5), and one that repeats what was recalled for it says nothing new (ME3).
 */
import { eachPage } from "@reef/protocol/each-page";
import type { Entry } from "@reef/protocol/entry";
import type { MemoryId, SessionId, TurnId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import type { Session } from "@reef/protocol/session";
import type { Deps } from "../deps.ts";
import { bornShare, sharedWith } from "../memory/born-of.ts";
import { traitsOf } from "../port/tool-traits.ts";

export interface StretchLine {
  readonly memory: Memory;
  /** Whose words may be in it besides the person's and the bot's. */
  readonly heard: "nobody" | "session" | "tool";
}

export interface Stretch {
  readonly session: Pick<Session, "id" | "botId" | "title">;
  readonly fromSeq: number;
  readonly throughSeq: number;
  /** In their order. */
  readonly lines: readonly StretchLine[];
  /** Texts that tools returned. */
  readonly toolTexts: readonly string[];
  /** Texts that were recalled for its turns, and so known already. */
  readonly recalledTexts: readonly string[];
}

/** The most of one line, and of all lines of a stretch, in UTF-16 units. */
export const lineLength = 2_000;
const stretchLength = 12_000;
const mostEntries = 400;
/** How many entries before the stretch may belong to its first turn. */
const entriesBefore = 100;

export interface StretchRequest {
  readonly session: Session;
  /** The last entry already looked at. */
  readonly after: number;
  /** The last entry to look at. */
  readonly through?: number | undefined;
}

/** Returns the oldest part not looked at yet, as much as one model call may carry; null if nothing was said. */
export async function readStretch(deps: Deps, request: StretchRequest): Promise<Stretch | null> {
  const { session, after, through = session.lastSeq } = request;
  const { read } = deps.store;
  const found = await read.entries(session.id, { after, limit: mostEntries, isCurrent: true });
  const entries = found.filter(({ seq }) => seq <= through);
  const last = entries.at(-1);
  if (last === undefined) return null;
  const before =
    after === 0 ? [] : await read.entries(session.id, { before: after + 1, limit: entriesBefore, isCurrent: true });
  const around = [...before, ...entries];
  const recalled = await readRecalled(deps, entries);
  const memories = await readLines(deps, session, { after, through: last.seq });
  const toolTexts = around.filter((entry) => isForeignResult(deps, entry)).map(({ text }) => text);
  const lines = memories
    .filter((memory) => !repeats(memory, recalled))
    .map((memory) => ({ memory, heard: heardBy(deps, memory, { entries: around, toolTexts }) }));
  const { taken, isWhole } = takeLines(lines);
  return {
    session,
    fromSeq: after + 1,
    throughSeq: isWhole ? last.seq : (taken.at(-1)?.memory.seq ?? last.seq),
    lines: taken,
    toolTexts,
    recalledTexts: recalled,
  };
}

function takeLines(lines: readonly StretchLine[]): {
  readonly taken: readonly StretchLine[];
  readonly isWhole: boolean;
} {
  let left = stretchLength;
  const taken: StretchLine[] = [];
  for (const line of lines) {
    left -= Math.min(lineLength, line.memory.text.length) + 100;
    if (left < 0 && taken.length > 0) return { taken, isWhole: false };
    taken.push(line);
  }
  return { taken, isWhole: true };
}

async function readLines(
  { store }: Deps,
  { id, botId }: { readonly id: SessionId; readonly botId: Session["botId"] },
  { after, through }: { readonly after: number; readonly through: number },
): Promise<readonly Memory[]> {
  const lines: Memory[] = [];
  const seqOf = ({ seq, source }: Memory) => (source.kind === "entry" ? (seq ?? 0) : 0);
  const readPage = (cursor: string | null) =>
    store.read.memories(botId, { kind: "entry", sessionId: id }, { limit: 500, cursor });
  for await (const page of eachPage(readPage)) {
    lines.push(...page.filter((line) => seqOf(line) > after && seqOf(line) <= through));
    // Newest first: once a whole page is older than the stretch, all following pages are too.
    if (page.every((line) => seqOf(line) <= after)) break;
  }
  return lines.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
}

async function readRecalled({ store }: Deps, entries: readonly Entry[]): Promise<readonly string[]> {
  const turns = new Set(entries.flatMap(({ turnId }): TurnId[] => (turnId === null ? [] : [turnId])));
  const ids = new Set<MemoryId>();
  for (const id of turns) {
    const turn = await store.read.turn(id);
    for (const { memoryId } of turn?.recalled ?? []) ids.add(memoryId);
  }
  const texts: string[] = [];
  for (const id of ids) {
    const memory = await store.read.memory(id);
    if (memory !== null) texts.push(memory.text);
  }
  return texts;
}

function repeats({ speaker, trust, text, source }: Memory, recalled: readonly string[]): boolean {
  const isBot = trust === "bot" || trust === "tool";
  return isBot && source.kind === "entry" && speaker !== null && sharedWith(text, recalled) >= bornShare;
}

interface Around {
  readonly entries: readonly Entry[];
  readonly toolTexts: readonly string[];
}

function heardBy(deps: Deps, memory: Memory, { entries, toolTexts }: Around): StretchLine["heard"] {
  if (memory.trust === "session" || memory.trust === "tool") return memory.trust;
  if (memory.trust === "person") return "nobody";
  if (sharedWith(memory.text, toolTexts) >= bornShare) return "tool";
  const entryId = memory.source.kind === "entry" ? memory.source.entryId : null;
  const entry = entries.find(({ id }) => id === entryId);
  const earlier = entries.filter(
    ({ turnId, seq }) => entry !== undefined && turnId === entry.turnId && seq < entry.seq,
  );
  if (earlier.some((entry) => isForeignResult(deps, entry))) return "tool";
  return earlier.some(({ kind }) => kind === "session") ? "session" : "nobody";
}

function isForeignResult(deps: Deps, { kind, tool }: Entry): boolean {
  return kind === "tool_result" && traitsOf(deps, tool?.name ?? "").words === "others";
}
