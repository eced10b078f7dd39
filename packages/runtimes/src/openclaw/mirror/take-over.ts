/**
 * Copies one session's new rows from its gateway's transcript: reads them, decides who caused them, and commits them in
 * order. Current events, events missed while disconnected, and a whole adopted transcript share this path. Safe to
 * repeat: the store accepts each row of the gateway once.
 */
import { sessionOfKey } from "@reef/engine/gateway/adopt";
import { toEntrySeed } from "@reef/engine/gateway/entry-seed";
import { makeId } from "@reef/engine/ids";
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import type { EntrySeed, Op } from "@reef/engine/port/unit";
import type { GatewayEntry, MirrorRef } from "@reef/protocol/gateway";
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { Sender } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import { msToIso } from "@reef/protocol/time";
import type { GatewayConnection } from "../connection.ts";
import { isOuterName } from "../inner-call.ts";
import { followRows, runOfInput, type TurnOfRow, turnIdOfRun } from "./attribution.ts";
import { readSince } from "./history.ts";
import type { Position, Positions } from "./positions.ts";
import { placeOf, rowToEntries, type TranscriptRow } from "./transcript-row.ts";

export interface TakeOver {
  readonly store: Store;
  readonly clock: Clock;
  readonly connection: GatewayConnection;
  readonly positions: Positions;
  readonly mirror: MirrorRef;
  readonly session: Session;
  readonly signal: AbortSignal;
  /** True when no one has to read it again: for an adopted transcript. */
  readonly asRead?: boolean;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface TakenOver {
  /** Entries that were committed; some may have existed already. */
  readonly entries: number;
  /** True when rows wait for the end of a turn of ours. */
  readonly isHeld: boolean;
}

const entriesPerUnit = 200;

/** Rejects with a `GatewayError`, with an `AppError` when the session is gone by now, or with the signal's reason. */
export async function takeOver(parts: TakeOver): Promise<TakenOver> {
  const { connection, positions, mirror, session, signal, onProgress } = parts;
  const known = positionFor(positions, mirror, session);
  const { rows, sessionId } = await readSince(connection, {
    key: mirror.key,
    since: known === null ? null : { sessionId: known.sessionId, place: known.place },
    signal,
  });
  if (rows.length === 0) return { entries: 0, isHeld: false };
  const owner = known?.sessionId === sessionId ? known.owner : null;
  const plan = await planRows(parts, rows, owner);
  for (const runId of plan.unwanted) void stopRun(parts, runId);
  let done = 0;
  for (const part of inUnits(plan.steps)) {
    signal.throwIfAborted();
    const lastSeq = await commitSteps(parts, part);
    done += part.reduce((sum, step) => sum + step.seeds.length, 0);
    onProgress?.(done, plan.entries);
    const settled = part.findLast(({ isSettled }) => isSettled);
    if (settled !== undefined) {
      positions.set(mirror.key, { sessionId, place: settled.place, owner: settled.owner, lastSeq });
    }
  }
  return { entries: done, isHeld: plan.isHeld };
}

function positionFor(positions: Positions, mirror: MirrorRef, session: Session): Position | null {
  const position = positions.get(mirror.key);
  return position === null || position.lastSeq > session.lastSeq ? null : position;
}

/** One row of the gateway and what it becomes here. */
interface PlannedRow {
  readonly place: number;
  readonly owner: string | null;
  /** True when no row up to this one waits for the end of a turn. */
  readonly isSettled: boolean;
  readonly seeds: readonly EntrySeed[];
}

interface Plan {
  readonly steps: readonly PlannedRow[];
  readonly entries: number;
  readonly isHeld: boolean;
  /** Runs whose turn was cancelled here, and which have not ended there. */
  readonly unwanted: ReadonlySet<string>;
}

async function planRows(parts: TakeOver, rows: readonly TranscriptRow[], before: string | null): Promise<Plan> {
  const inputs = new Set(rows.flatMap((row) => runOfInput(row) ?? []));
  const turns = await readTurns(parts, rows, before);
  const attribution = followRows({ owner: before, inputs, turns });
  const senders = new Map<string, Sender>();
  const names = new Map<string, string>();
  const steps: PlannedRow[] = [];
  const late = new Set<TurnId>();
  const unwanted = new Set<string>();
  let isHeld = false;
  for (const row of rows) {
    const verdict = attribution.judge(row);
    noteUnwanted(unwanted, row, turns.get(turnIdOfRun(attribution.owner) as TurnId));
    isHeld ||= verdict.state === "hold";
    const seeds: EntrySeed[] = [];
    if (verdict.state === "take" || verdict.state === "late") {
      const entries = rowToEntries(row);
      if (verdict.state === "late" && entries.length > 0 && !late.has(verdict.turnId)) {
        late.add(verdict.turnId);
        seeds.push(lateNotice(parts.session.id, verdict.turnId));
      }
      for (const entry of entries) seeds.push(await toSeed(parts, await namedByCall(parts, entry, names), senders));
    }
    steps.push({ place: placeOf(row), owner: attribution.owner, isSettled: !isHeld, seeds });
  }
  return { steps, entries: steps.reduce((sum, { seeds }) => sum + seeds.length, 0), isHeld, unwanted };
}

/**
 * Collects runs to stop (TU6): a run cancelled while its gateway was away goes on there, or the gateway resumes it
 * under an id that no event names; the transcript has both.
 */
function noteUnwanted(unwanted: Set<string>, row: TranscriptRow, turn: TurnOfRow | undefined): void {
  const begun = runOfInput(row);
  if (begun !== null) {
    if (turn?.state === "cancelled") unwanted.add(begun);
  } else if (row.role === "assistant" && row.stopReason !== "toolUse") {
    unwanted.delete(row.__openclaw.runId ?? "");
  }
}

/**
 * Asked once: a gateway that is lost at this moment resumes the run under another id, which is then found like this
 * one.
 */
async function stopRun({ connection, mirror, signal }: TakeOver, runId: string): Promise<void> {
  await connection.request("sessions.abort", { key: mirror.key, runId }, { signal }).catch(() => undefined);
}

/** Reads those that are turns of this session; another Reef may work on the same gateway. */
async function readTurns(
  { store, session }: TakeOver,
  rows: readonly TranscriptRow[],
  owner: string | null,
): Promise<ReadonlyMap<TurnId, TurnOfRow>> {
  const named = [owner, ...rows.flatMap((row) => [runOfInput(row), row.__openclaw.runId])];
  const ids = new Set(named.flatMap((run) => turnIdOfRun(run) ?? []));
  const turns = new Map<TurnId, TurnOfRow>();
  for (const id of ids) {
    const turn = await store.read.turn(id);
    if (turn?.sessionId === session.id) turns.set(id, turn);
  }
  return turns;
}

function* inUnits(steps: readonly PlannedRow[]): Iterable<readonly PlannedRow[]> {
  let unit: PlannedRow[] = [];
  let size = 0;
  for (const step of steps) {
    unit.push(step);
    size += step.seeds.length;
    if (size < entriesPerUnit) continue;
    yield unit;
    unit = [];
    size = 0;
  }
  if (unit.length > 0) yield unit;
}

/** Returns the session's newest number after the commit. */
async function commitSteps(parts: TakeOver, steps: readonly PlannedRow[]): Promise<number> {
  const { store, clock, session, asRead = false } = parts;
  const seeds = steps.flatMap((step) => step.seeds);
  if (seeds.length > 0) {
    const ops: Op[] = seeds.map((entry) => ({ op: "entry.append", entry }));
    if (asRead) ops.push({ op: "session.read", id: session.id, seq: Number.MAX_SAFE_INTEGER });
    ops.push({ op: "memory.capture", sessionId: session.id });
    await store.commit({ at: msToIso(clock.now()), ops });
  }
  return (await store.read.session(session.id))?.lastSeq ?? 0;
}

async function toSeed(parts: TakeOver, entry: GatewayEntry, senders: Map<string, Sender>): Promise<EntrySeed> {
  const isPerson: Sender | null = entry.kind === "person" ? { kind: "person" } : null;
  const sender = entry.kind === "session" ? await senderOf(parts, entry.fromKey, senders) : isPerson;
  return toEntrySeed(entry, { sessionId: parts.session.id, sender }).seed;
}

/**
 * The result of a tool behind another one does not name it; its call does, and came before, perhaps in an earlier read.
 */
async function namedByCall(parts: TakeOver, entry: GatewayEntry, names: Map<string, string>): Promise<GatewayEntry> {
  const { tool } = entry;
  if (tool === null) return entry;
  if (entry.kind === "tool_call") names.set(tool.callId, tool.name);
  if (!isOuterName(tool.name)) return entry;
  const name = names.get(tool.callId) ?? (await nameOfCall(parts, tool.callId));
  return name === null ? entry : { ...entry, tool: { ...tool, name } };
}

/** A call comes shortly before its result. */
const entriesLookedAt = 100;

async function nameOfCall({ store, session }: TakeOver, callId: string): Promise<string | null> {
  const entries = await store.read.entries(session.id, { limit: entriesLookedAt });
  return entries.findLast(({ kind, tool }) => kind === "tool_call" && tool?.callId === callId)?.tool?.name ?? null;
}

/**
 * Decides by the gateway's own fields, never by the text (MB9): a session of ours when its key is one, else its key.
 */
async function senderOf(
  { store, mirror }: TakeOver,
  fromKey: string | null,
  known: Map<string, Sender>,
): Promise<Sender> {
  const stranger: Sender = { kind: "system", reason: `OpenClaw session ${fromKey ?? "unknown"}` };
  if (fromKey === null) return stranger;
  const before = known.get(fromKey);
  if (before !== undefined) return before;
  const session = await sessionOfKey({ store }, { gatewayId: mirror.gatewayId, key: fromKey });
  const bot = session === null ? null : await store.read.bot(session.botId);
  const sender: Sender =
    session === null || bot === null
      ? stranger
      : { kind: "session", sessionId: session.id, botId: bot.id, botName: bot.name, title: session.title };
  known.set(fromKey, sender);
  return sender;
}

function lateNotice(sessionId: SessionId, turnId: TurnId): EntrySeed {
  return {
    id: makeId("entry"),
    sessionId,
    kind: "notice",
    text: "The turn had ended here without an answer; the gateway went on and answered later:",
    notice: { type: "runtime" },
    externalId: `late:${turnId}`,
  };
}
