/** Connects and disconnects roots, and notes how their scans go on (RT1). */
import { AppError } from "@reef/protocol/error";
import type { RootId } from "@reef/protocol/ids";
import type { Root, RootScan, RootWithFiles } from "@reef/protocol/root";
import { commitOps, found, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { RootFiles } from "../port/tasks.ts";

/** Each is looked at every few seconds. */
const mostRoots = 20;

const notScanned: RootScan = {
  state: "waiting",
  error: null,
  filesSeen: 0,
  tasksRead: 0,
  startedAt: null,
  finishedAt: null,
  tookMs: null,
};

/** Connects the folder; one that is connected already is returned as it is. `path` is real, checked by the caller. */
export async function connectRoot(deps: Deps, given: Pick<Root, "kind" | "path" | "name">): Promise<RootWithFiles> {
  const roots = await deps.store.read.roots();
  const known = roots.find(({ path }) => path === given.path);
  if (known !== undefined) return readRoot(deps, known.id);
  if (roots.length >= mostRoots)
    throw new AppError("limit_exceeded", `there are already ${mostRoots} roots: disconnect one first`);
  const layout = { isKnown: false, projects: [], taskFolders: [] };
  const root = { id: makeId("root"), ...given, scan: notScanned, layout, counts: {}, unreadableCount: 0 };
  await commitOps(deps, { op: "root.put", root, files: { unreadable: [], skipped: [] } });
  return readRoot(deps, root.id);
}

export async function disconnectRoot(deps: Deps, id: RootId): Promise<void> {
  await commitOps(deps, { op: "root.delete", id });
}

export function readRoot(deps: Pick<Deps, "store">, id: RootId): Promise<RootWithFiles> {
  return found(deps.store.read.root(id), "root", id);
}

/** Notes what a scan found so far. Returns null if the root was disconnected meanwhile. */
export async function noteScan(
  deps: Deps,
  id: RootId,
  {
    files = null,
    scan,
    ...changes
  }: Partial<Pick<Root, "layout" | "counts" | "unreadableCount">> & {
    readonly scan: Partial<RootScan>;
    readonly files?: RootFiles | null;
  },
): Promise<Root | null> {
  const before = (await deps.store.read.roots()).find((root) => root.id === id);
  if (before === undefined) return null;
  const { createdAt: _created, updatedAt: _updated, ...rest } = before;
  const root = { ...rest, ...changes, scan: { ...rest.scan, ...scan } };
  return lastEvent(await commitOps(deps, { op: "root.put", root, files }), "root.changed").root;
}
