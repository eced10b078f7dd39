/**
 * Keeps the workspaces: `NAME/files` is what a bot and its commands see, `NAME/state` is what Reef knows about it, which
 * no box ever sees. A bot's own workspace has the bot's id as its name; shared ones are `shared-NAME`. Folders are open
 * to their owner alone. When Reef runs as root, files belong to a user of their own, as whom the box runs.
 */
import { execFile } from "node:child_process";
import { chmod, chown, lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BoxSettings } from "@reef/protocol/box";
import { AppError } from "@reef/protocol/error";
import { BotId } from "@reef/protocol/ids";
import type { UsageCache } from "./usage.ts";

const run = promisify(execFile);

/** As whom files are created and commands run, when Reef itself is root. No account has this number. */
export interface BoxOwner {
  readonly uid: number;
  readonly gid: number;
}

const ownerUnderRoot: BoxOwner = { uid: 62_180, gid: 62_180 };

export interface Workspace {
  readonly name: string;
  /** The folder that commands see as /work. */
  readonly root: string;
  /** The folder of Reef's own notes about it. */
  readonly state: string;
  readonly owner: BoxOwner | null;
  readonly usage: UsageCache;
}

export interface Workspaces {
  /** Creates it on demand. Throws `unavailable` if something else took its place. */
  open(name: string): Promise<Workspace>;
  /** Lists the names of those that exist. */
  names(): Promise<readonly string[]>;
  /** Deletes it with everything in it. Does nothing if it does not exist. Nothing of it may be running. */
  delete(name: string): Promise<void>;
}

/** Returns the name of the workspace that a bot works in. */
export function workspaceName(botId: string, settings: Pick<BoxSettings, "workspace">): string {
  return settings.workspace === null ? BotId.parse(botId) : `shared-${settings.workspace}`;
}

/** `folder` is created with the first workspace. */
export function openWorkspaces(folder: string): Workspaces {
  const owner = process.getuid?.() === 0 ? ownerUnderRoot : null;
  const usageByName = new Map<string, UsageCache>();
  const folderOf = (name: string) => {
    if (!/^[a-z0-9][a-z0-9_-]{0,99}$/.test(name)) throw new Error(`not a workspace's name: ${JSON.stringify(name)}`);
    return join(folder, name);
  };

  return {
    async open(name) {
      const usage = usageByName.get(name) ?? { last: null };
      usageByName.set(name, usage);
      const workspace: Workspace = {
        name,
        root: join(folderOf(name), "files"),
        state: join(folderOf(name), "state"),
        owner,
        usage,
      };
      for (const path of [folder, folderOf(name), workspace.root, workspace.state]) await makePrivate(path);
      if (owner !== null) await chown(workspace.root, owner.uid, owner.gid);
      return workspace;
    },

    async names() {
      return await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return [];
        throw error;
      });
    },

    async delete(name) {
      const path = folderOf(name);
      usageByName.delete(name);
      // A command can leave folders that are too deep for any path, or closed to their owner: these two cope with both.
      await run("chmod", ["-R", "u+rwX", "--", path], { maxBuffer: 100_000_000 }).catch(() => undefined);
      await run("rm", ["-rf", "--one-file-system", "--", path]);
    },
  };
}

async function makePrivate(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const stat = await lstat(path);
  if (!stat.isDirectory()) {
    throw new AppError("unavailable", "the workspace is not a folder: something replaced it; remove it and try again");
  }
  if ((stat.mode & 0o077) !== 0) await chmod(path, 0o700);
}
