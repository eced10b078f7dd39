/**
 * Moves a Reef from one store to the other. Both ends are marked before anything is copied, so that a move that was
 * interrupted goes on where it stopped, and only there. The bulk is carried while Reef runs; when it has stopped, it is
 * kept out, the rest is carried, and each table is read again on both sides until nothing differs. Then the source is
 * marked as moved, and after that the target is opened: at no moment can both be started.
 */
import { AppError } from "@reef/protocol/error";
import { type CarriedFiles, carryFiles } from "./carry-files.ts";
import { type Carried, carryTable } from "./carry-table.ts";
import type { MoveMark } from "./mark.ts";
import { toMoveError } from "./move-error.ts";
import { tablesOfBoth } from "./schema.ts";
import type { Hold, Snapshot, Source, TableShape, Target } from "./side.ts";

export type MovePhase = "copy" | "wait" | "catch up" | "finish" | "verify";

export interface MoveProgress {
  readonly phase: MovePhase;
  readonly table: string;
  readonly done: number;
  readonly total: number;
}

export interface MovedTable {
  readonly name: string;
  readonly rows: number;
  /** SHA-256 over all rows, the same at both ends. */
  readonly hash: string;
}

export interface MoveReport {
  readonly tables: readonly MovedTable[];
  readonly files: CarriedFiles;
  /** For how long no Reef could run. */
  readonly stoppedMs: number;
}

export interface MoveOptions {
  readonly source: Source;
  readonly target: Target;
  readonly newId: () => string;
  /** For the marks. */
  readonly now: () => string;
  readonly steadyMs: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onProgress: (progress: MoveProgress) => void;
  readonly signal: AbortSignal;
}

const lookEveryMs = 500;
/** While Reef goes on running, what has changed is carried again after this many times the duration of the last walk. */
const restFactor = 10;
const leastRestMs = 15_000;
/** Nothing can change while the source is held: a second walk finds nothing, unless something is wrong. */
const walksMax = 4;

/** Rejects with `unavailable` and what to do, or with the reason of `signal`; the same call goes on later. */
export async function move(options: MoveOptions): Promise<MoveReport> {
  try {
    return await moveAll(options);
  } catch (error) {
    throw options.signal.aborted ? options.signal.reason : toMoveError(error);
  }
}

async function moveAll(options: MoveOptions): Promise<MoveReport> {
  const { source, target } = options;
  const mark = await begin(options);
  const tables = await tablesOfBoth(source, target);
  await using hold = (await source.tryHold()) ?? (await carryWhileRunning(options, tables));
  const heldAt = options.steadyMs();
  const moved: MovedTable[] = [];
  let files: CarriedFiles;
  {
    await using snapshot = await hold.snapshot();
    const walk = await startWalk(options, snapshot, tables);
    for (const table of tables) moved.push(await carryFully(table, walk));
    files = await carryFiles({ source, snapshot, target, tables, signal: options.signal });
    await target.settle();
  }
  await hold.finish({ ...mark, state: "moved", other: target.name, at: options.now() });
  await target.writeMark(null);
  const stoppedMs = options.steadyMs() - heldAt;
  await target.tidy();
  return { tables: moved, files, stoppedMs };
}

/** Returns the mark of the source, once both ends have theirs. */
async function begin({ source, target, newId, now }: MoveOptions): Promise<MoveMark> {
  const [from, to] = [await source.readMark(), await target.readMark()];
  await source.requireSchema();
  const isSame = from !== null && to?.state === "arriving" && from.id === to.id && from.other === target.name;
  if (from?.state === "arriving") {
    throw refused(`${source.name} is itself being filled from ${from.other}: finish that move first`);
  }
  if (from?.state === "moved") {
    // Interrupted between its last two steps.
    if (isSame) return from;
    throw refused(`the Reef of ${source.name} has moved to ${from.other} already (${from.at})`);
  }
  if (to?.state === "moved") {
    throw refused(`${target.name} holds what a Reef left behind that moved to ${to.other}: choose an empty place`);
  }
  if (to?.state === "arriving" && !isSame) {
    throw refused(`${target.name} is being filled from another Reef (${to.other}): choose an empty place`);
  }
  if (to?.state !== "arriving" && (await target.isUsed())) {
    throw refused(`${target.name} already holds a Reef: choose an empty place (nothing was changed)`);
  }
  const id = from !== null && from.other === target.name ? from.id : newId();
  const mark: MoveMark = { id, state: "copying", other: target.name, at: now() };
  // First here: a target that names a move which the source does not know would be taken for another's.
  await source.writeMark(mark);
  await target.prepare();
  await target.writeMark({ id, state: "arriving", other: source.name, at: now() });
  return mark;
}

function refused(text: string): AppError {
  return new AppError("unavailable", text);
}

/** Carries what there is, and again what has changed, until the source can be held. */
async function carryWhileRunning(options: MoveOptions, tables: readonly TableShape[]): Promise<Hold> {
  const { source, target, signal, steadyMs } = options;
  for (let phase: MovePhase = "copy"; ; phase = "catch up") {
    const startedAt = steadyMs();
    {
      await using snapshot = await source.snapshot();
      const walk = await startWalk(options, snapshot, tables);
      for (const table of tables) await walk(table, phase);
      await carryFiles({ source, snapshot, target, tables, signal });
    }
    const tookMs = steadyMs() - startedAt;
    const until = steadyMs() + Math.max(leastRestMs, tookMs * restFactor);
    do {
      const hold = await source.tryHold();
      if (hold !== null) return hold;
      options.onProgress({ phase: "wait", table: "", done: 0, total: 0 });
      await options.wait(lookEveryMs, signal);
      signal.throwIfAborted();
    } while (steadyMs() < until);
  }
}

type Walk = (table: TableShape, phase: MovePhase) => Promise<Carried>;

async function startWalk(options: MoveOptions, snapshot: Snapshot, tables: readonly TableShape[]): Promise<Walk> {
  const { target, signal, onProgress } = options;
  const counts = await Promise.all(tables.map((table) => snapshot.count(table)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  let done = 0;
  return (table, phase) =>
    carryTable({
      source: snapshot,
      target,
      table,
      signal,
      onRows: (count) => {
        done = Math.min(total, done + count);
        onProgress({ phase, table: table.name, done: phase === "verify" ? total : done, total });
      },
    });
}

/** Walks until nothing differs: that walk is the proof. */
async function carryFully(table: TableShape, walk: Walk): Promise<MovedTable> {
  for (let walks = 1; walks <= walksMax; walks += 1) {
    const { rows, changed, sourceHash, targetHash } = await walk(table, walks === 1 ? "finish" : "verify");
    if (changed > 0) continue;
    if (sourceHash !== targetHash) break;
    return { name: table.name, rows, hash: sourceHash };
  }
  throw refused(
    `the table ${table.name} does not come out the same at both ends, so nothing was finished; is anything else writing there?`,
  );
}
