/** Runs the small commands: show what runs, list bots, send a message to a session. */

import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { eachPage } from "@reef/protocol/each-page";
import { maxAttachments, maxFileBytes } from "@reef/protocol/file-limits";
import { type FileId, SessionId } from "@reef/protocol/ids";
import { CommandError } from "./command-error.ts";
import type { Shell } from "./shell.ts";

export async function showStatus({ client, print, reefPlace }: Shell): Promise<void> {
  const { version, runtime, model, running, maxTurns, totals } = await client.status();
  print(`Reef ${version} at ${reefPlace.url}`);
  print(`runtime ${runtime}${model === null ? "" : `, model ${model}`}`);
  print(
    `${running} of ${maxTurns} turns running; ${totals.waitingTurns} waiting; ${totals.queuedMessages} messages queued`,
  );
  print(
    `${totals.bots} bots, ${totals.sessions} sessions, ${totals.openAsks} questions open, ${totals.deadMessages} undelivered messages`,
  );
}

export async function listBots({ client, print }: Shell): Promise<void> {
  for await (const bots of eachPage((cursor) => client.bots({ limit: 200, cursor })))
    for (const { id, name, status, runtime } of bots)
      print(`${id}  ${status.padEnd(9)}  ${runtime.padEnd(8)}  ${name}`);
}

export async function listWorkers({ client, print }: Shell): Promise<void> {
  const { items, current } = await client.workers();
  for (const { id, state, drained, version, claims, lanes, load, host, pid } of items) {
    const words = drained ? "drained" : state;
    const busy = state === "gone" ? "" : `${claims} of ${lanes} turns, ${load.cpu.toFixed(2)} cores`;
    const mark = id === current ? "  (answers)" : "";
    print(`${id}  ${words.padEnd(8)}  ${version.padEnd(8)}  ${busy.padEnd(28)}  ${host}, process ${pid}${mark}`);
  }
}

export interface Sending {
  readonly text: string;
  /** Paths of files to attach. */
  readonly files?: readonly string[];
}

/** Resolves when the message is durable (MB1). Files that cannot be read are reported before anything is sent. */
export async function sendText({ client, print }: Shell, to: string, { text, files = [] }: Sending): Promise<void> {
  if (files.length > maxAttachments) {
    throw new CommandError(`a message takes at most ${maxAttachments} files, found ${files.length}`);
  }
  const id = SessionId.safeParse(to);
  const session = id.success ? id.data : await findSession(client, to);
  const blobs = await Promise.all(files.map(openFile));
  const attachments: FileId[] = [];
  for (const { blob, name } of blobs) attachments.push((await client.uploadFile(blob, { name })).id);
  const message = await client.sendMessage(session, { text, ...(attachments.length > 0 && { attachments }) });
  print(`${message.id} is ${message.state}`);
}

/** The file is streamed while it is sent, never held in memory as a whole. */
async function openFile(path: string) {
  const found = await stat(path).catch((cause: unknown) => {
    throw new CommandError(`${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  });
  if (!found.isFile()) throw new CommandError(`${path} is not a file`);
  if (found.size > maxFileBytes) {
    throw new CommandError(`${path} is too large: a file may have at most ${maxFileBytes / 1_000_000} MB`);
  }
  return {
    blob: await openAsBlob(path, { type: typeByEnding[extname(path).toLowerCase()] ?? "" }),
    name: basename(path),
  };
}

/** Pictures and PDFs need no entry: the server recognises them by their bytes. */
const typeByEnding: Readonly<Record<string, string>> = {
  ".txt": "text/plain",
  ".log": "text/plain",
  ".md": "text/markdown",
  ".csv": "text/csv",
  ".json": "application/json",
};

async function findSession(client: Shell["client"], title: string) {
  const { items } = await client.sessions({ q: title, limit: 50 });
  const exact = items.filter((session) => session.title.toLowerCase() === title.toLowerCase());
  const [found] = exact;
  if (found === undefined) throw new CommandError(`no session is titled “${title}”`);
  if (exact.length > 1) {
    throw new CommandError(`“${title}” matches more than one: use ${exact.map((session) => session.id).join(" or ")}`);
  }
  return found.id;
}
