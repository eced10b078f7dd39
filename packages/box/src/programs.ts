/**
 * Runs programs of a person's choice in boxes, each with a folder of its own that outlives it: MCP servers. Without a box
 * there is no other way (TO4).
 */
import { join } from "node:path";
import type { Clock } from "@reef/engine/port/clock";
import { AppError } from "@reef/protocol/error";
import type { McpBox } from "@reef/protocol/mcp-box";
import type { Box, NoBox } from "./run/box.ts";
import { mountsOf } from "./run/listed-folders.ts";
import { type NetworkWays, type RunningProgram, startProgram } from "./run/program.ts";
import { openWorkspaces } from "./workspace/workspaces.ts";

export type { RunningProgram };

export interface Programs extends AsyncDisposable {
  /** Throws `unavailable`, in words for people, if there is no box or a listed folder cannot be shown. */
  start(options: {
    /** Of small letters, digits, dashes and underscores; names its folder. */
    readonly name: string;
    readonly command: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly box: McpBox;
  }): Promise<RunningProgram>;
  /** Lists the names of those that have a folder. */
  names(): Promise<readonly string[]>;
  /** Stops it, and deletes its folder. */
  forget(name: string): Promise<void>;
}

export function openPrograms({
  box,
  clock,
  dataFolder,
  ways = {},
}: {
  readonly box: Box | NoBox;
  readonly clock: Clock;
  readonly dataFolder: string;
  readonly ways?: NetworkWays;
}): Programs {
  const workspaces = openWorkspaces(join(dataFolder, "mcp-servers"));
  const running = new Map<RunningProgram, string>();
  const stopAll = async (name?: string) => {
    const chosen = [...running].filter(([, each]) => name === undefined || each === name);
    await Promise.all(chosen.map(async ([program]) => program.stop()));
  };
  return {
    async start({ name, command, args, env, box: settings }) {
      if (box.state !== "ready") throw new AppError("unavailable", `it cannot run in a box: ${box.reason}`);
      const { network, folders, memoryMb, processes, diskMb: workspaceMb } = settings;
      const mounts = await mountsOf(box, folders, [dataFolder]);
      const workspace = await workspaces.open(name);
      const limits = { memoryMb, processes, workspaceMb };
      const program = await startProgram(
        { box, clock },
        { workspace, command, args, env, mounts, network, limits, ways },
      );
      running.set(program, name);
      void program.exit.then(() => running.delete(program));
      return program;
    },
    names: () => workspaces.names(),
    async forget(name) {
      await stopAll(name);
      await workspaces.delete(name);
    },
    [Symbol.asyncDispose]: () => stopAll(),
  };
}
