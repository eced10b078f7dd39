/**
 * Reads the notes in the `memory` folder of an agent's workspace: `memory/2026-02-11.md` and those in folders below.
 * Their depth, number and total size are bounded (SE6). What is left out is reported with its reason.
 */
import { join } from "node:path";
import type { Root } from "../root.ts";
import type { NoteFile } from "./notes.ts";
import type { Tell } from "./report.ts";

/** How much may still be read, for all agents together; each note reduces it. */
export interface NoteRoom {
  files: number;
  bytes: number;
  folders: number;
}

export const maxNoteBytes = 2_000_000;
const maxDepth = 5;

/** Create one for each import. */
export function makeNoteRoom(): NoteRoom {
  return { files: 10_000, bytes: 100_000_000, folders: 2_000 };
}

interface Workspace {
  /** The workspace, relative to the root. */
  readonly place: string;
  readonly room: NoteRoom;
  readonly tell: Tell;
}

export async function readMemoryFolder(root: Root, at: Workspace): Promise<readonly NoteFile[]> {
  const { place, room, tell } = at;
  const found = await findNotes(root, at, "memory");
  const notes: NoteFile[] = [];
  for (const [index, { path, sizeBytes }] of found.entries()) {
    if (room.files === 0 || (sizeBytes > room.bytes && sizeBytes <= maxNoteBytes)) {
      const left = found.length - index;
      tell(join(place, path), `${left} ${left === 1 ? "note" : "notes"} from here on: too many to read in one import`);
      break;
    }
    const file = await root.read(join(place, path), maxNoteBytes);
    if (file.state === "refused") tell(join(place, path), file.reason);
    if (file.state !== "text") continue;
    notes.push({ path, text: file.text });
    room.files -= 1;
    room.bytes = Math.max(0, room.bytes - sizeBytes);
  }
  return notes;
}

interface FoundNote {
  /** Relative to the workspace. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** Returns the notes of a folder by name, then those of the folders in it. */
async function findNotes(root: Root, at: Workspace, folder: string): Promise<readonly FoundNote[]> {
  const { place, room, tell } = at;
  const parts = folder.split("/");
  const reason = parts.length > maxDepth ? "too deep below the workspace: not read" : noNotes(parts);
  if (reason !== null || room.folders === 0) {
    tell(join(place, folder), reason ?? "too many folders to read in one import");
    return [];
  }
  room.folders -= 1;
  const { files, folders, refused } = await root.list(join(place, folder));
  for (const { path, reason } of refused) tell(path, reason);
  const notes: FoundNote[] = [];
  for (const { name, sizeBytes } of files) {
    if (name.endsWith(".md")) notes.push({ path: `${folder}/${name}`, sizeBytes });
    else tell(join(place, folder, name), "not a note: only .md files are read here");
  }
  for (const name of folders) notes.push(...(await findNotes(root, at, `${folder}/${name}`)));
  return notes;
}

/** Returns why a folder holds none of the agent's notes; null when it may. */
function noNotes([, name, ...rest]: readonly string[]): string | null {
  if (name === "dreaming" && rest.length === 0) return "OpenClaw's reports of its own dreaming, not notes";
  const last = rest.at(-1) ?? name;
  return last?.startsWith(".") ? "OpenClaw's own working files, not notes" : null;
}
