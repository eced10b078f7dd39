/**
 * Watches the connected roots: scans a new one, and looks at each every few seconds for what changed (RT2). It runs once
 * in the fleet. Looking writes nothing while nothing changes; a folder that can't be read is said, and tried again.
 */
import type { Scans } from "@reef/blackbox5/root/open-scans";
import type { FoundTask as ReadTask, ScanOutcome, ScanProgress } from "@reef/blackbox5/root/scanner";
import type { Deps, Log } from "@reef/engine/deps";
import { startDueLoop } from "@reef/engine/due-loop";
import { noteScan } from "@reef/engine/task/roots";
import { TaskIntake } from "@reef/engine/task/take";
import type { Root } from "@reef/protocol/root";
import { IsoTime, msToIso } from "@reef/protocol/time";

/** A look at a large root takes longer, and comes less often: at most a tenth of the time is spent looking. */
const lookEveryMs = 2_000;
const looksRest = 10;
const tellEveryMs = 500;

interface Seen {
  /** When it is looked at again. */
  nextMs: number;
  /** What the last scan found, to tell whether anything changed. */
  facts: string;
}

export function watchRoots(deps: Deps, log: Log, scans: Scans): AsyncDisposable {
  const seen = new Map<string, Seen>();
  const ended = new AbortController();
  const loop = startDueLoop(deps, log, {
    look: async () => {
      const roots = await deps.store.read.roots();
      for (const path of seen.keys()) {
        if (roots.some((root) => root.path === path)) continue;
        seen.delete(path);
        await scans.forget(path);
      }
      for (const root of roots) {
        const { nextMs = 0 } = seen.get(root.path) ?? {};
        const isAsked = root.scan.state === "waiting" || root.scan.state === "scanning";
        if (isAsked || nextMs <= deps.clock.now()) await lookAt(root);
        if (ended.signal.aborted) return null;
      }
      return roots.length === 0 ? null : Math.min(...[...seen.values()].map(({ nextMs }) => nextMs));
    },
    wakes: (event) =>
      event.type === "root.deleted" || (event.type === "root.changed" && event.root.scan.state === "waiting"),
    lookEveryMs: 30_000,
    afterFailureMs: 5_000,
    failure: "connected folders could not be looked at",
  });

  async function lookAt(root: Root): Promise<void> {
    const startedMs = deps.clock.now();
    const before = seen.get(root.path);
    try {
      const facts = await scan({ deps, scans, root, signal: ended.signal, earlier: before?.facts ?? null });
      const tookMs = deps.clock.now() - startedMs;
      seen.set(root.path, { facts, nextMs: deps.clock.now() + Math.max(lookEveryMs, tookMs * looksRest) });
    } catch (error) {
      if (ended.signal.aborted) return;
      seen.set(root.path, { facts: "", nextMs: deps.clock.now() + 5_000 });
      const text = error instanceof Error ? error.message : "unknown";
      if (root.scan.state === "failed" && root.scan.error === text) return;
      log.warn({ rootId: root.id, error }, "a connected folder could not be scanned");
      await noteScan(deps, root.id, { scan: { state: "failed", error: text, finishedAt: msToIso(deps.clock.now()) } });
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await scans[Symbol.asyncDispose]();
      await loop[Symbol.asyncDispose]();
    },
  };
}

async function scan(work: {
  readonly deps: Deps;
  readonly scans: Scans;
  readonly root: Root;
  readonly signal: AbortSignal;
  readonly earlier: string | null;
}): Promise<string> {
  const { deps, scans, root, signal, earlier } = work;
  const startedMs = deps.clock.now();
  const startedAt = msToIso(startedMs);
  const isShown = root.scan.state !== "done";
  if (isShown)
    await noteScan(deps, root.id, { scan: { state: "scanning", error: null, filesSeen: 0, tasksRead: 0, startedAt } });
  const intake = await TaskIntake.open(deps, root);
  let taken = 0;
  let toldMs = startedMs;
  let telling = Promise.resolve<unknown>(null);
  const outcome = await scans.scan(root.path, startedMs, {
    found: async (tasks) => {
      signal.throwIfAborted();
      taken += tasks.length;
      await intake.add(tasks.map(toFound));
    },
    progress: (progress: ScanProgress) => {
      if (!isShown || deps.clock.now() - toldMs < tellEveryMs) return;
      toldMs = deps.clock.now();
      telling = telling.then(() => noteScan(deps, root.id, { scan: { ...progress } })).catch(() => null);
    },
  });
  await telling;
  const gone = await intake.finish(outcome, signal);
  const facts = factsOf(outcome);
  if (isShown || taken > 0 || gone > 0 || facts !== earlier) await noteDone(deps, root, { outcome, startedMs });
  return facts;
}

function noteDone(
  deps: Deps,
  root: Root,
  { outcome, startedMs }: { readonly outcome: ScanOutcome; readonly startedMs: number },
): Promise<Root | null> {
  const { layout, counts, unreadable, unreadableCount, skipped, filesSeen, tasksRead } = outcome;
  const nowMs = deps.clock.now();
  const times = { startedAt: msToIso(startedMs), finishedAt: msToIso(nowMs), tookMs: Math.round(nowMs - startedMs) };
  return noteScan(deps, root.id, {
    layout,
    counts: { ...counts },
    unreadableCount,
    files: { unreadable, skipped },
    scan: { state: "done", error: null, filesSeen, tasksRead, ...times },
  });
}

function factsOf({ layout, counts, unreadable, skipped }: ScanOutcome): string {
  return JSON.stringify([layout, counts, unreadable, skipped]);
}

function toFound(task: ReadTask) {
  return { ...task, writtenAt: IsoTime.safeParse(task.writtenAt).data ?? null };
}
