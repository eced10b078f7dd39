/**
 * Keeps work that takes longer than a request: what runs, and what ended lately. It is in memory; each kind of work
 * continues where it was when it is started again.
 */
import { makeId } from "@reef/engine/ids";
import type { Clock } from "@reef/engine/port/clock";
import { AppError } from "@reef/protocol/error";
import type { Progress } from "@reef/protocol/progress";
import { isoToMs, msToIso } from "@reef/protocol/time";

/** Lets the work report how far it is. */
export interface RunningWork {
  readonly signal: AbortSignal;
  /** `total` is null while it is not known. */
  at(place: { readonly current?: string | null; readonly done?: number; readonly total?: number | null }): void;
  /** Reports what did not work; the rest goes on. */
  problem(what: string, reason: string): void;
}

export type WorkHead = Pick<Progress, "kind" | "title"> & Partial<Pick<Progress, "gatewayId" | "sessionId">>;
/** The result of the work. */
export type Outcome = Pick<Progress, "report"> | undefined;

export interface ProgressList extends AsyncDisposable {
  /** Starts the work; a second one of the same kind and title returns the running one. */
  start(head: WorkHead, work: (work: RunningWork) => Promise<Outcome>): Progress;
  /** Newest first. */
  list(): readonly Progress[];
  /** Throws `not_found` when it is no longer known. */
  get(id: string): Progress;
  /** Asks it to stop; it stops at its next step. */
  cancel(id: string): Progress;
  /** Resolves with its state when it has ended, or after `ms`. */
  settled(id: string, ms: number): Promise<Progress>;
}

const maxProblems = 100;
const keepMs = 3_600_000;
const maxKept = 100;
/** Time between two reports of one piece of work, in milliseconds. */
const tellMs = 150;

interface Kept {
  progress: Progress;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  toldMs: number;
}

export function createProgressList(options: {
  readonly clock: Clock;
  readonly log: { error(facts: object, message: string): void };
  readonly onChange: (progress: Progress) => void;
}): ProgressList {
  const { clock, log, onChange } = options;
  const kept = new Map<string, Kept>();
  const now = () => msToIso(clock.now());

  function change(each: Kept, fields: Partial<Progress>): void {
    each.progress = { ...each.progress, ...fields };
    const isQuiet = fields.state === undefined && clock.now() - each.toldMs < tellMs;
    if (isQuiet) return;
    each.toldMs = clock.now();
    onChange(each.progress);
  }

  async function run(
    each: () => Kept,
    work: (work: RunningWork) => Promise<Outcome>,
    abort: AbortController,
  ): Promise<void> {
    const api: RunningWork = {
      signal: abort.signal,
      at: (place) => change(each(), place),
      problem(what, reason) {
        const { problems } = each().progress;
        if (problems.length < maxProblems) change(each(), { problems: [...problems, { what, reason }] });
      },
    };
    try {
      abort.signal.throwIfAborted();
      const outcome = await work(api);
      change(each(), { state: "done", current: null, endedAt: now(), ...outcome });
    } catch (error) {
      const isCancelled = abort.signal.aborted;
      const isExpected = error instanceof AppError || (error instanceof Error && error.name === "GatewayError");
      if (!isCancelled && !isExpected) log.error({ error }, "background work failed");
      const reason =
        isExpected && error instanceof Error ? error.message : "an unexpected error; the server's log has it";
      change(each(), {
        state: isCancelled ? "cancelled" : "failed",
        error: isCancelled ? null : reason,
        current: null,
        endedAt: now(),
      });
    }
  }

  function forgetOld(): void {
    const old = [...kept.values()].filter(({ progress }) => progress.endedAt !== null);
    const limitMs = clock.now() - keepMs;
    for (const [place, { progress }] of old.reverse().entries()) {
      if (place >= maxKept || isoToMs(progress.endedAt ?? progress.startedAt) < limitMs) kept.delete(progress.id);
    }
  }

  function find(id: string): Kept {
    const each = kept.get(id);
    if (each === undefined)
      throw new AppError(
        "not_found",
        `there is no background work ${id}: it ended long ago, or the server was restarted`,
      );
    return each;
  }

  return {
    start(head, work) {
      forgetOld();
      const same = [...kept.values()].find(
        ({ progress: { state, kind, title } }) => state === "running" && kind === head.kind && title === head.title,
      );
      if (same !== undefined) return same.progress;
      const abort = new AbortController();
      const id = makeId("progress");
      const progress: Progress = {
        id,
        kind: head.kind,
        title: head.title,
        gatewayId: head.gatewayId ?? null,
        sessionId: head.sessionId ?? null,
        state: "running",
        current: null,
        done: 0,
        total: null,
        problems: [],
        error: null,
        report: null,
        startedAt: now(),
        endedAt: null,
      };
      // Not before this returns: the caller must know its id before the first report.
      const ended = Promise.resolve().then(() => run(() => find(id), work, abort));
      kept.set(id, { progress, abort, ended, toldMs: 0 });
      return progress;
    },
    list: () => [...kept.values()].map(({ progress }) => progress).reverse(),
    get: (id) => find(id).progress,
    cancel(id) {
      find(id).abort.abort();
      return find(id).progress;
    },
    async settled(id, ms) {
      const patience = new AbortController();
      await Promise.race([find(id).ended, clock.sleep(ms, patience.signal)]);
      patience.abort();
      return find(id).progress;
    },
    async [Symbol.asyncDispose]() {
      const running = [...kept.values()];
      for (const { abort } of running) abort.abort();
      await Promise.all(running.map(({ ended }) => ended));
    },
  };
}
