/**
 * Opens a pipe for a command's output. Node gives children sockets, which a command cannot open again by name: with one,
 * every script that writes to /dev/stderr would fail.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { constants, openSync } from "node:fs";
import { chown, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import type { Box } from "./box.ts";

const run = promisify(execFile);

export interface OpenPipe {
  /** Ends when all writers are closed. */
  readonly output: Readable;
  /** For the child; to be closed here after its start. */
  readonly writeFd: number;
}

export async function openPipe({ folder, owner }: Pick<Box, "folder" | "owner">): Promise<OpenPipe> {
  const path = join(folder, `output-${randomBytes(8).toString("hex")}`);
  await run("mkfifo", ["-m", "600", path], { env: { PATH: "/usr/bin:/bin" } });
  try {
    if (owner !== null) await chown(path, owner.uid, owner.gid);
    // Plain descriptors, which no handle closes: the socket and the caller own them. Neither call waits.
    const output = new Socket({
      fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
      readable: true,
      writable: false,
    });
    return { output, writeFd: openSync(path, constants.O_WRONLY) };
  } finally {
    await rm(path, { force: true });
  }
}
