/** Defines the endpoints of roots: folders of another system that Reef reads. */
import { realpath } from "node:fs/promises";
import { basename, sep } from "node:path";
import { connectRoot, disconnectRoot, noteScan, readRoot } from "@reef/engine/task/roots";
import { AppError } from "@reef/protocol/error";
import { RootId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { KnowledgeImport, KnowledgeReport, NewRoot, Root, RootWithFiles } from "@reef/protocol/root";
import { z } from "zod";
import { authenticate } from "../auth/guard.ts";
import { notAllowed, openRoot, requireAllowedRoot } from "../import/root.ts";
import { importKnowledge } from "../roots/import-knowledge.ts";
import type { Edge } from "./edge.ts";
import { credentialsOf } from "./login.ts";
import { type Route, route } from "./route.ts";

const tag = "Roots";
const params = z.object({ id: RootId });

export function rootRoutes({ deps, guard, importFolders, dataFolder }: Edge): readonly Route[] {
  const openAllowed = async (request: Request, path: string): Promise<string> => {
    const caller = authenticate(guard, credentialsOf(request));
    if (caller.kind === "token") return (await openRoot(path)).path;
    const root = await openRoot(path).catch(() => {
      throw notAllowed();
    });
    await requireAllowedRoot(root, importFolders);
    return root.path;
  };
  return [
    route(
      { method: "get", path: "/v1/roots", tag, summary: "List connected folders", status: 200, answer: pageOf(Root) },
      async () => ({ items: [...(await deps.store.read.roots())], next: null }),
    ),
    route(
      {
        method: "post",
        path: "/v1/roots",
        tag,
        summary: "Connect a folder",
        description:
          "A folder of the server that holds a BlackBox5. It is only read, and no link in it is followed. The scan runs in the background: `scan` says how far it is, `counts` what was found by kind, `unreadable` what couldn't be read and why. Later changes are seen within seconds. A folder that is connected already is answered as it is, and scanned again.",
        body: NewRoot,
        status: 201,
        answer: RootWithFiles,
      },
      async ({ request, body: { kind, path: given, name } }) => {
        const path = await openAllowed(request, given);
        await requireForeign(path, dataFolder);
        const root = await connectRoot(deps, { kind, path, name: name ?? (basename(path) || path) });
        if (root.scan.state === "waiting" || root.scan.state === "scanning") return root;
        await noteScan(deps, root.id, { scan: { state: "waiting", error: null } });
        return readRoot(deps, root.id);
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/roots/{id}",
        tag,
        summary: "Read a connected folder, with every file that couldn't be read",
        params,
        status: 200,
        answer: RootWithFiles,
      },
      async ({ params: { id } }) => readRoot(deps, id),
    ),
    route(
      {
        method: "post",
        path: "/v1/roots/{id}/scan",
        tag,
        summary: "Scan a connected folder now",
        params,
        status: 202,
        answer: RootWithFiles,
      },
      async ({ params: { id } }) => {
        const { scan } = await readRoot(deps, id);
        if (scan.state !== "waiting" && scan.state !== "scanning")
          await noteScan(deps, id, { scan: { state: "waiting", error: null } });
        return readRoot(deps, id);
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/roots/{id}/knowledge",
        tag,
        summary: "Import decisions and learnings of a connected folder into a bot's memory",
        description:
          "Each decision of the registry, and each section of a `LEARNINGS.md` or `DECISIONS.md` that says something, becomes a memory with its file and time. Templates that nobody filled in are counted and left out. Importing again adds nothing.",
        params,
        body: KnowledgeImport,
        status: 200,
        answer: KnowledgeReport,
      },
      async ({ params: { id }, body }) => importKnowledge(deps, await readRoot(deps, id), body),
    ),
    route(
      {
        method: "delete",
        path: "/v1/roots/{id}",
        tag,
        summary: "Disconnect a folder",
        description:
          "Its files stay as they are. Tasks that were assigned or changed in Reef stay, marked as gone; the others are deleted.",
        params,
        status: 204,
        answer: null,
      },
      async ({ params: { id } }) => disconnectRoot(deps, id),
    ),
  ];
}

/** Reef's own folder changes with every scan of it. */
async function requireForeign(path: string, dataFolder: string): Promise<void> {
  const own = await realpath(dataFolder).catch(() => dataFolder);
  const isInside = (inner: string, outer: string) =>
    inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
  if (!isInside(own, path)) return;
  const message = "this folder holds Reef's own data: connect the folder of the other system";
  throw new AppError("invalid_request", message, { fields: [{ path: "path", message }] });
}
