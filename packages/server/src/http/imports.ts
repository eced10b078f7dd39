/** Defines the endpoint that imports from another program. */
import { readGateway } from "@reef/engine/gateway/gateways";
import { ImportRequest } from "@reef/protocol/import";
import { Progress } from "@reef/protocol/progress";
import { authenticate, type Caller } from "../auth/guard.ts";
import { importFolder } from "../import/openclaw/from-folder.ts";
import { importGateway } from "../import/openclaw/from-gateway.ts";
import { notAllowed, openRoot, requireAllowedRoot } from "../import/root.ts";
import type { Edge } from "./edge.ts";
import { credentialsOf } from "./login.ts";
import { type Route, route } from "./route.ts";

/** A short import is complete in the answer, in milliseconds. */
const patienceMs = 2_000;

export function importRoutes({ deps, mirror, works, defaults, guard, importFolders }: Edge): readonly Route[] {
  const openAllowed = async (path: string, caller: Caller) => {
    if (caller.kind === "token") return openRoot(path);
    const root = await openRoot(path).catch(() => {
      throw notAllowed();
    });
    await requireAllowedRoot(root, importFolders);
    return root;
  };
  return [
    route(
      {
        method: "post",
        path: "/v1/import/openclaw",
        tag: "Gateways",
        summary: "Import from OpenClaw",
        description:
          "From a connected gateway, or from the state folder of an older one. `dryRun` writes nothing: the report says what would be created, and what cannot be read. Repeating an import adds only what is missing. Answers within two seconds; a longer import continues in the background, see `GET /v1/progress/{id}`.",
        body: ImportRequest,
        status: 202,
        answer: Progress,
      },
      async ({ request, body: { source, dryRun = false } }) => {
        const verb = dryRun ? "look into" : "import";
        if (source.from === "folder") {
          // A wrong folder is the caller's mistake, reported in the answer.
          const { path } = await openAllowed(source.path, authenticate(guard, credentialsOf(request)));
          const head = { kind: "import", title: `${verb} ${source.path}` } as const;
          const { id } = works.start(head, async (work) => {
            const { runtime } = defaults();
            return { report: await importFolder({ deps, path, dryRun, runtime, work }) };
          });
          return works.settled(id, patienceMs);
        }
        const { gatewayId, agentIds } = source;
        const { name } = await readGateway(deps, gatewayId);
        const watch = mirror.get(gatewayId);
        const { id } = works.start({ kind: "import", title: `${verb} ${name}`, gatewayId }, async (work) => {
          return { report: await importGateway({ deps, watch, agentIds, dryRun, work }) };
        });
        return works.settled(id, patienceMs);
      },
    ),
  ];
}
