/**
 * Keeps a snapshot of a workspace before and after each turn, so that people see what a turn changed and can undo it.
 * What is kept is bounded in turns and bytes, oldest first out. Work on one workspace is done in order.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Clock } from "@reef/engine/port/clock";
import { AppError } from "@reef/protocol/error";
import { msToIso } from "@reef/protocol/time";
import { z } from "zod";
import type { Workspace } from "../workspace/workspaces.ts";
import { type Changes, changedPaths, compareSnapshots } from "./changes.ts";
import { byPath, isSame, Manifest } from "./manifest.ts";
import { type Objects, openObjects } from "./objects.ts";
import { takeSnapshot } from "./take.ts";
import { type Undone, undoChanges } from "./undo.ts";

const pack = promisify(gzip);
const unpack = promisify(gunzip);

const Kept = z.object({
  turns: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      before: z.string(),
      after: z.string().nullable(),
      changed: z.int(),
      /** The turn whose changes this act took back. */
      undoes: z.string().nullable(),
    }),
  ),
  last: z.string().nullable(),
  /** Of all contents, as a bound for them. */
  bytes: z.number(),
});
type Kept = z.infer<typeof Kept>;

export interface TurnChange {
  /** The turn's id, or a name of its own for an undo. */
  readonly id: string;
  readonly at: string;
  /** How many paths changed; 0 while it runs. */
  readonly changed: number;
  readonly isRunning: boolean;
  readonly undoes: string | null;
}

export interface Snapshots {
  /** Safe to call again for the same turn, after a crash: the first state counts. */
  before(workspace: Workspace, turnId: string): Promise<void>;
  /** Does nothing for a turn without a state before it. */
  after(workspace: Workspace, turnId: string): Promise<void>;
  /** Newest first; turns that changed nothing are left out. */
  list(workspace: Workspace): Promise<readonly TurnChange[]>;
  /** What a turn changed; of one that runs, until now. Throws `not_found`. */
  changes(workspace: Workspace, turnId: string): Promise<Changes>;
  /** Throws `not_found`, and `conflict` while the turn runs. The undo is listed as an act of its own. */
  undo(workspace: Workspace, turnId: string): Promise<Undone & { readonly id: string }>;
}

export interface SnapshotLimits {
  readonly maxTurns: number;
  readonly maxBytes: number;
}

const usualLimits: SnapshotLimits = { maxTurns: 50, maxBytes: 1_000_000_000 };
const maxManifestBytes = 50_000_000;

export function createSnapshots(clock: Clock, limits: SnapshotLimits = usualLimits): Snapshots {
  const lastByName = new Map<string, Promise<unknown>>();
  const openedNames = new Set<string>();

  /** A turn that an earlier process left open ends here, unless it goes on: then it is opened again. */
  async function openKnown(workspace: Workspace): Promise<SnapshotStore> {
    const store = await openStore(workspace);
    const left = store.kept.turns.filter(({ after }) => after === null);
    if (!openedNames.has(workspace.name) && left.length > 0) {
      for (const turn of left) await store.close(turn);
      await store.save();
    }
    openedNames.add(workspace.name);
    return store;
  }

  /** Runs one piece of work on a workspace after those before it. */
  function inOrder<Result>(workspace: Workspace, work: (store: SnapshotStore) => Promise<Result>): Promise<Result> {
    const before = lastByName.get(workspace.name) ?? Promise.resolve();
    const result = before.then(async () => await work(await openKnown(workspace)));
    const settled = result.catch(() => undefined);
    lastByName.set(workspace.name, settled);
    void settled.then(() => {
      if (lastByName.get(workspace.name) === settled) lastByName.delete(workspace.name);
    });
    return result;
  }

  return {
    before: (workspace, turnId) =>
      inOrder(workspace, async (store) => {
        const known = store.kept.turns.find(({ id }) => id === turnId);
        if (known !== undefined) {
          known.after = null;
          return await store.save();
        }
        const before = await store.take();
        const at = msToIso(clock.now());
        store.kept.turns.push({ id: turnId, at, before, after: null, changed: 0, undoes: null });
        await store.save();
      }),
    after: (workspace, turnId) =>
      inOrder(workspace, async (store) => {
        const turn = store.kept.turns.find(({ id }) => id === turnId);
        if (turn === undefined) return;
        await store.close(turn);
        await store.save();
        await store.prune(limits);
      }),
    list: (workspace) =>
      inOrder(workspace, async ({ kept }) =>
        kept.turns
          .filter(({ changed, after }) => changed > 0 || after === null)
          .map(({ id, at, changed, after, undoes }) => ({ id, at, changed, isRunning: after === null, undoes }))
          .toReversed(),
      ),
    changes: (workspace, turnId) =>
      inOrder(workspace, async (store) => {
        const turn = store.find(turnId);
        const after = turn.after ?? (await store.take());
        return await compareSnapshots(store.objects, await store.read(turn.before), await store.read(after));
      }),
    undo: (workspace, turnId) =>
      inOrder(workspace, async (store) => {
        const turn = store.find(turnId);
        if (turn.after === null) throw new AppError("conflict", "the turn is still running: stop it first");
        const now = await store.take();
        const undone = await undoChanges(workspace, {
          objects: store.objects,
          before: await store.read(turn.before),
          after: await store.read(turn.after),
          now: await store.read(now),
        });
        const id = `undo_${randomBytes(6).toString("hex")}`;
        const changed = undone.restored.length + undone.deleted.length;
        const at = msToIso(clock.now());
        store.kept.turns.push({ id, at, before: now, after: await store.take(), changed, undoes: turnId });
        await store.save();
        await store.prune(limits);
        return { ...undone, id };
      }),
  };
}

interface SnapshotStore {
  readonly kept: Kept;
  readonly objects: Objects;
  /** Returns the id of the state now: the last one's, if nothing changed since. */
  take(): Promise<string>;
  read(id: string): Promise<Manifest>;
  find(turnId: string): Kept["turns"][number];
  /** Ends a turn with the state as it is now. */
  close(turn: Kept["turns"][number]): Promise<void>;
  save(): Promise<void>;
  prune(limits: SnapshotLimits): Promise<void>;
}

async function openStore(workspace: Workspace): Promise<SnapshotStore> {
  const folder = join(workspace.state, "snapshots");
  const manifests = join(folder, "manifests");
  await mkdir(manifests, { recursive: true, mode: 0o700 });
  const objects = openObjects(join(folder, "objects"));
  const kept = await readKept(join(folder, "turns.json"));
  const manifestPath = (id: string) => join(manifests, `${id}.json.gz`);

  const read = async (id: string): Promise<Manifest> => {
    const packed = await readFile(manifestPath(id)).catch(() => null);
    if (packed === null) throw new AppError("not_found", "this snapshot is no longer kept");
    const text = await unpack(packed, { maxOutputLength: maxManifestBytes });
    return Manifest.parse(JSON.parse(text.toString()));
  };
  const save = () => replace(join(folder, "turns.json"), Buffer.from(JSON.stringify(kept)));

  const take = async (): Promise<string> => {
    const last = kept.last === null ? null : await read(kept.last).catch(() => null);
    const { manifest, writtenBytes } = await takeSnapshot(workspace, {
      objects,
      last: last === null ? new Map() : byPath(last),
    });
    kept.bytes += writtenBytes;
    const isUnchanged = last !== null && kept.last !== null && isSameManifest(last, manifest);
    const id = isUnchanged ? (kept.last as string) : `snp_${randomBytes(8).toString("hex")}`;
    // Written again even if unchanged: stamps may be newer.
    await replace(manifestPath(id), await pack(JSON.stringify(manifest), { level: 1 }));
    kept.last = id;
    return id;
  };

  return {
    kept,
    objects,
    read,
    save,
    take,
    async close(turn) {
      turn.after = await take();
      turn.changed = changedPaths(await read(turn.before), await read(turn.after)).length;
    },
    find(turnId) {
      const turn = kept.turns.find(({ id }) => id === turnId);
      if (turn === undefined) throw new AppError("not_found", "no changes of this turn are kept");
      return turn;
    },
    async prune({ maxTurns, maxBytes }) {
      const isOver = () => kept.turns.length > maxTurns || kept.bytes > maxBytes;
      while (isOver() && kept.turns.length > 0) {
        kept.turns.splice(0, Math.max(kept.turns.length - maxTurns, 1));
        const ids = new Set(kept.turns.flatMap(({ before, after }) => [before, after ?? before]));
        if (kept.last !== null) ids.add(kept.last);
        await save(); // first, so that a crash leaves garbage, never a turn without its state
        for (const name of await readdir(manifests)) {
          if (!ids.has(name.replace(/\.json\.gz$/, ""))) await rm(join(manifests, name), { force: true });
        }
        const hashes = new Set<string>();
        for (const id of ids) {
          for (const entry of (await read(id).catch(() => null))?.entries ?? [])
            if (entry.kind === "file") hashes.add(entry.sha256);
        }
        kept.bytes = await objects.keepOnly(hashes);
        await save();
      }
    },
  };
}

function isSameManifest(a: Manifest, b: Manifest): boolean {
  const fresh = byPath(b);
  return (
    a.isPartial === b.isPartial &&
    a.entries.length === b.entries.length &&
    a.entries.every((entry) => isSame(entry, fresh.get(entry.path)))
  );
}

/** Notes that cannot be read are as none: the workspace itself is never in danger. */
async function readKept(path: string): Promise<Kept> {
  const text = await readFile(path, "utf8").catch(() => null);
  try {
    if (text !== null) return Kept.parse(JSON.parse(text));
  } catch {
    // half written by a disk that was full
  }
  return { turns: [], last: null, bytes: 0 };
}

async function replace(path: string, bytes: Buffer): Promise<void> {
  await writeFile(`${path}.new`, bytes, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}
