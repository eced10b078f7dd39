/** Defines the endpoints of a bot's workspace: what is in it, what its turns changed, and what runs there. */
import type { BoxBot, Listing } from "@reef/box/box-source";
import type { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import { BotId, TurnId } from "@reef/protocol/ids";
import { type Page, pageOf } from "@reef/protocol/page";
import { msToIso } from "@reef/protocol/time";
import {
  BoxState,
  WorkspaceChanges,
  WorkspaceCommand,
  type WorkspaceEntry,
  WorkspaceListing,
  WorkspaceTurn,
  WorkspaceUndone,
} from "@reef/protocol/workspace";
import { z } from "zod";
import { readRawBody } from "./body.ts";
import { contentDisposition } from "./content-disposition.ts";
import { type Edge, found } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Workspaces";
const params = z.object({ id: BotId });
const ofTurn = params.extend({ turnId: z.string().min(1).max(100) });
const ofCommand = params.extend({ commandId: z.string().min(1).max(100) });
const pathQuery = z.strictObject({
  path: z
    .string()
    .max(4_000)
    .default("")
    .meta({ description: "Below the workspace; the workspace itself if left out." }),
});
/** What a browser may be sent, and what it may bring. */
const mostBytes = 20_000_000;

export function workspaceRoutes(edge: Edge): readonly Route[] {
  return [...fileRoutes(edge), ...turnRoutes(edge)];
}

function boxedBot({ deps }: Edge) {
  return async (id: BotId): Promise<BoxBot> => {
    const bot: Bot = await found(deps.store.read.bot(id), "bot");
    if (bot.box === null) throw new AppError("conflict", `“${bot.name}” has no box: switch it on first`);
    return { id: bot.id, box: bot.box };
  };
}

function fileRoutes(edge: Edge): readonly Route[] {
  const { boxes } = edge;
  const boxed = boxedBot(edge);
  return [
    route(
      {
        method: "get",
        path: "/v1/box",
        tag,
        summary: "Read whether boxes can run on this machine",
        status: 200,
        answer: BoxState,
      },
      async () => {
        const { state } = boxes;
        return { available: state.state === "ready", reason: state.state === "ready" ? null : state.reason };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/workspace",
        tag,
        summary: "List a folder of a bot's workspace",
        params,
        query: pathQuery.extend({ depth: z.coerce.number().int().min(1).max(8).default(1) }),
        status: 200,
        answer: WorkspaceListing,
      },
      async ({ params: { id }, query: { path, depth } }) => {
        const { entries, isCut } = await boxes.list(await boxed(id), path, { depth, limit: 2_000 });
        return { entries: entries.map(toEntry), isCut };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/workspace/file",
        tag,
        summary: "Read a file of a bot's workspace",
        description: `At most ${mostBytes / 1_000_000} MB. Always a download of no type that a browser would run.`,
        params,
        query: pathQuery,
        status: 200,
        answer: "application/octet-stream",
      },
      async ({ params: { id }, query: { path } }) => {
        const bytes = await boxes.read(await boxed(id), path, mostBytes);
        return new Response(new Uint8Array(bytes), {
          headers: {
            "content-type": "application/octet-stream",
            "content-disposition": contentDisposition("attachment", path.split("/").at(-1) ?? "file"),
            "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
          },
        });
      },
    ),
    route(
      {
        method: "put",
        path: "/v1/bots/{id}/workspace/file",
        tag,
        summary: "Write a file into a bot's workspace",
        description: `The body is the file as it is, at most ${mostBytes / 1_000_000} MB. Folders are created; an existing file is replaced.`,
        params,
        query: pathQuery,
        rawBody: "*/*",
        status: 204,
        answer: null,
      },
      async ({ params: { id }, query: { path }, request }) => {
        const bot = await boxed(id);
        await boxes.write(bot, path, await readRawBody(request, mostBytes));
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/bots/{id}/workspace/file",
        tag,
        summary: "Delete a file, or a folder with everything in it, of a bot's workspace",
        params,
        query: pathQuery,
        status: 204,
        answer: null,
      },
      async ({ params: { id }, query: { path } }) => boxes.remove(await boxed(id), path),
    ),
  ];
}

function turnRoutes(edge: Edge): readonly Route[] {
  const { boxes } = edge;
  const boxed = boxedBot(edge);
  return [
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/workspace/turns",
        tag,
        summary: "List the turns that changed a bot's workspace, newest first",
        params,
        status: 200,
        answer: pageOf(WorkspaceTurn),
      },
      async ({ params: { id } }): Promise<Page<WorkspaceTurn>> => ({
        items: [...(await boxes.turns(await boxed(id)))],
        next: null,
      }),
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/workspace/turns/{turnId}",
        tag,
        summary: "Read what a turn changed in a bot's workspace",
        params: ofTurn,
        status: 200,
        answer: WorkspaceChanges,
      },
      async ({ params: { id, turnId } }) => {
        const { files, ...rest } = await boxes.changes(await boxed(id), turnId);
        return { files: [...files], ...rest };
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/bots/{id}/workspace/turns/{turnId}/undo",
        tag,
        summary: "Undo what a turn changed in a bot's workspace",
        description: "What was changed again since stays, and is named with the reason. The undo can itself be undone.",
        params: ofTurn,
        status: 200,
        answer: WorkspaceUndone,
      },
      async ({ params: { id, turnId } }) => {
        const { restored, deleted, left, ...rest } = await boxes.undo(await boxed(id), turnId);
        return { ...rest, restored: [...restored], deleted: [...deleted], left: [...left] };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/workspace/commands",
        tag,
        summary: "List the commands of a bot's workspace, newest first",
        params,
        status: 200,
        answer: pageOf(WorkspaceCommand),
      },
      async ({ params: { id } }) => ({
        items: (await boxes.commands(await boxed(id))).map((note) => ({
          ...note,
          botId: BotId.parse(note.botId),
          turnId: note.turnId === null ? null : TurnId.parse(note.turnId),
        })),
        next: null,
      }),
    ),
    route(
      {
        method: "post",
        path: "/v1/bots/{id}/workspace/commands/{commandId}/stop",
        tag,
        summary: "Stop a command with all its processes",
        params: ofCommand,
        status: 204,
        answer: null,
      },
      async ({ params: { id, commandId } }) => boxes.stopCommand(await boxed(id), commandId),
    ),
  ];
}

function toEntry({ path, kind, sizeBytes, changedMs }: Listing["entries"][number]): WorkspaceEntry {
  return { path, kind, sizeBytes: kind === "file" ? sizeBytes : null, changedAt: msToIso(changedMs) };
}
