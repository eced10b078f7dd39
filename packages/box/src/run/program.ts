/**
 * Runs a program that talks over its standard input and output in a box, for as long as it is needed: what a command
 * may not do, it may not either. Its own folder is its home, and outlives it; folders of the machine that a person
 * listed are shown at their own paths. Its variables are on no command line (SE8).
 */
import { existsSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "@reef/engine/port/clock";
import type { BoxLimits } from "@reef/protocol/box";
import { defaultBoxLimits } from "@reef/protocol/box-limits";
import { openProxy, type ProxyOptions } from "../network/proxy.ts";
import { boxRoot } from "../workspace/relative-path.ts";
import { ageUsage } from "../workspace/usage.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import type { BoxMount } from "./arguments.ts";
import type { Box } from "./box.ts";
import { type EndedBy, spawnBox } from "./start.ts";

export interface ProgramStart {
  /** Its own folder, which it sees as /work. */
  readonly workspace: Workspace;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly BoxMount[];
  /** The hosts that it may reach; `public` for every public address. */
  readonly network: readonly string[] | "public";
  readonly limits: Pick<BoxLimits, "memoryMb" | "processes" | "workspaceMb">;
  /** How names are resolved and addresses reached, if not as usual. */
  readonly ways?: NetworkWays;
}

export type NetworkWays = Pick<ProxyOptions, "resolve" | "dial">;

export interface RunningProgram {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when it and all its processes are gone, with why in words for people; null if it was stopped. */
  readonly exit: Promise<string | null>;
  /** Resolves when it and all its processes are gone. */
  stop(): Promise<void>;
}

/** Lets npx and uvx start what they have without asking for news that they cannot get. */
const offline = { npm_config_offline: "true", UV_OFFLINE: "1" };
const path = "/opt/reef/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

export async function startProgram(
  { box, clock }: { readonly box: Box; readonly clock: Clock },
  { workspace, command, args, env, mounts, network, limits: given, ways }: ProgramStart,
): Promise<RunningProgram> {
  const limits = { ...defaultBoxLimits, ...given };
  const hasNetwork = network === "public" || network.length > 0;
  const proxy = hasNetwork ? await openProxy({ hosts: network, folder: box.folder, owner: box.owner, ...ways }) : null;
  try {
    const { child, running, exit } = await spawnBox(
      { box, clock },
      {
        root: workspace.root,
        usage: workspace.usage,
        isReadOnly: false,
        limits,
        proxySocket: proxy?.socketPath ?? null,
        cwd: boxRoot,
        argv: [command, ...args],
        mounts: [...npmMounts(box), ...mounts],
        home: boxRoot,
        hasErrors: true,
        hiddenArguments: [
          ...(box.npmPath === null ? [] : ["npm", "npx"].flatMap(npmLink)),
          ...Object.entries({ PATH: path, ...(hasNetwork ? trust() : offline), ...env }).flatMap(([name, value]) => [
            "--setenv",
            name,
            value,
          ]),
        ],
      },
      { stdin: "pipe", stdout: "pipe" },
    );
    return {
      stdin: child.stdin as Writable,
      stdout: child.stdout as Readable,
      stderr: child.stderr as Readable,
      exit: exit.then(async ({ endedBy, code }) => {
        await proxy?.[Symbol.asyncDispose]();
        ageUsage(workspace.usage);
        return sayEnd(endedBy, code, limits);
      }),
      stop: running.stop,
    };
  } catch (error) {
    await proxy?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** Node has authorities of its own, and not those that the machine's owner added. */
function trust(): Readonly<Record<string, string>> {
  const path = "/etc/ssl/certs/ca-certificates.crt";
  return existsSync(path) ? { NODE_EXTRA_CA_CERTS: path } : {};
}

const npmInBox = "/opt/reef/lib/node_modules/npm";

function npmMounts({ npmPath }: Box): readonly BoxMount[] {
  return npmPath === null ? [] : [{ source: npmPath, target: npmInBox, isReadOnly: true, kind: "folder" }];
}

function npmLink(name: string): readonly string[] {
  return ["--symlink", `${npmInBox}/bin/${name}-cli.js`, `/opt/reef/bin/${name}`];
}

function sayEnd(by: EndedBy, code: number | null, limits: BoxLimits): string | null {
  switch (by) {
    case "stop":
      return null;
    case "memory":
      return `it was ended because it used more than ${limits.memoryMb} MB of memory`;
    case "processes":
      return `it was ended because it had more than ${limits.processes} processes`;
    case "disk":
      return `it was ended because its folder may hold ${limits.workspaceMb} MB, or because the disk is almost full`;
    case "time":
    case "itself":
      if (code === 127) return "the program was not found in its box";
      if (code === 126) return "the program cannot be run in its box";
      return code === null ? "it ended by a signal" : `it ended by itself with code ${code}`;
  }
}
