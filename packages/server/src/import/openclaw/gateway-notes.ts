/**
 * Reads the notes in the `memory` folder of an agent's workspace, through its gateway: by day, and in folders below.
 * Their depth, number and total size are bounded (SE6); what is left out is reported.
 */
import { type GatewayConnection, GatewayError } from "@reef/runtimes/openclaw/connection";
import { z } from "zod";
import { maxNoteBytes, type NoteRoom } from "./memory-folder.ts";
import type { NoteFile } from "./notes.ts";
import type { Tell } from "./report.ts";

export interface GatewayNotes {
  readonly connection: Pick<GatewayConnection, "request" | "hello">;
  readonly agentId: string;
  readonly room: NoteRoom;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

const List = z.object({
  entries: z.array(
    z.object({ path: z.string().min(1).max(1_000), name: z.string(), kind: z.string(), size: z.number().nullish() }),
  ),
  totalEntries: z.int().nullish(),
});
const Text = z.object({ file: z.object({ content: z.string(), encoding: z.string().nullish() }) });

const maxDepth = 5;
/** A folder with more pages is not read to its end. */
const maxPages = 200;

/**
 * Returns none for a gateway that does not serve workspaces. Rejects with a `GatewayError` when the connection breaks.
 */
export async function readGatewayNotes(given: GatewayNotes): Promise<readonly NoteFile[]> {
  const methods = given.connection.hello()?.methods ?? [];
  if (!methods.includes("agents.workspace.list") || !methods.includes("agents.workspace.get")) return [];
  const notes: NoteFile[] = [];
  await readFolder(given, { path: "memory", depth: 1 }, notes);
  return notes;
}

async function readFolder(
  given: GatewayNotes,
  { path: folder, depth }: { readonly path: string; readonly depth: number },
  notes: NoteFile[],
): Promise<void> {
  const { agentId, room, tell } = given;
  if (room.folders === 0) return tell(`${agentId}/${folder}`, "too many folders to read in one import");
  room.folders -= 1;
  const entries = await listFolder(given, folder);
  for (const { path, kind, size } of entries.filter(({ kind }) => kind === "file")) {
    const sizeBytes = size ?? 0;
    if (!/\.md$/i.test(path)) tell(`${agentId}/${path}`, "it is not a Markdown file");
    else if (sizeBytes > maxNoteBytes) tell(`${agentId}/${path}`, "it is too big");
    else if (room.files === 0 || sizeBytes > room.bytes)
      return tell(`${agentId}/${path}`, "too many to read in one import");
    else await readNote(given, { path, kind }, notes);
  }
  for (const { path, name } of entries.filter(({ kind }) => kind === "directory")) {
    // Hidden folders, and OpenClaw's own reports.
    if (name.startsWith(".") || path === "memory/dreaming") tell(`${agentId}/${path}`, "its files are not notes");
    else if (depth >= maxDepth) tell(`${agentId}/${path}`, `more than ${maxDepth} folders deep`);
    else await readFolder(given, { path, depth: depth + 1 }, notes);
  }
}

async function readNote(
  given: GatewayNotes,
  { path }: { readonly path: string; readonly kind: string },
  notes: NoteFile[],
) {
  const { agentId, room, tell } = given;
  const read = await ask(given, "agents.workspace.get", { path }, Text);
  if (read === null) return;
  const { content, encoding } = read.file;
  if (encoding != null && encoding !== "utf8") return tell(`${agentId}/${path}`, "it is not text");
  const sizeBytes = Buffer.byteLength(content);
  if (sizeBytes > maxNoteBytes || sizeBytes > room.bytes) return tell(`${agentId}/${path}`, "it is too big");
  room.files -= 1;
  room.bytes -= sizeBytes;
  notes.push({ path, text: content });
}

/** Returns files first, each kind by name. Only what is in this folder, whatever the gateway says. */
async function listFolder(given: GatewayNotes, folder: string): Promise<z.infer<typeof List>["entries"]> {
  const entries: z.infer<typeof List>["entries"] = [];
  const seen = new Set<string>();
  for (let page = 0; page < maxPages; page += 1) {
    const list = await ask(given, "agents.workspace.list", { path: folder, offset: entries.length }, List);
    if (list === null) break;
    const fresh = list.entries.filter(
      ({ path }) => path.startsWith(`${folder}/`) && !path.includes("..") && !seen.has(path),
    );
    for (const each of fresh) seen.add(each.path);
    entries.push(...fresh);
    if (fresh.length === 0 || entries.length >= (list.totalEntries ?? 0)) break;
  }
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Returns null for what cannot be read, and reports the reason. A workspace without such a folder has no notes, which
 * is not an error.
 */
async function ask<Shape extends z.ZodType>(
  { connection, agentId, tell, signal }: GatewayNotes,
  method: string,
  params: { readonly path: string; readonly offset?: number },
  shape: Shape,
): Promise<z.infer<Shape> | null> {
  try {
    const answer = shape.safeParse(await connection.request(method, { agentId, ...params }, { signal }));
    if (answer.success) return answer.data;
    tell(`${agentId}/${params.path}`, "its answer cannot be read");
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code === "disconnected") throw error;
    if (!/not found/i.test(error.message)) tell(`${agentId}/${params.path}`, error.message);
  }
  return null;
}
