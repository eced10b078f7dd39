/**
 * Starts a command in a box and sees to its end. When it ends, however it ends, every process in it is gone: they live
 * in a process namespace whose first process the kernel takes with it. That holds too when Reef is killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "@reef/engine/port/clock";
import type { BoxLimits } from "@reef/protocol/box";
import { AppError } from "@reef/protocol/error";
import { estimateUsage, freeBytes, quotaBytes, type UsageCache } from "../workspace/usage.ts";
import { type BoxCommand, type BoxMount, boxArguments, prepareFolder } from "./arguments.ts";
import type { Box } from "./box.ts";
import { openPipe } from "./pipe.ts";
import { listProcesses, startOf } from "./process-tree.ts";
import { watchBox } from "./watch.ts";

export interface BoxStart {
  readonly root: string;
  readonly usage: UsageCache;
  readonly isReadOnly: boolean;
  readonly limits: BoxLimits;
  readonly timeoutMs: number;
  readonly proxySocket: string | null;
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly mounts?: readonly BoxMount[];
}

/** Why a command ended. */
export type EndedBy = "itself" | "stop" | "time" | "memory" | "processes" | "disk";

export interface BoxExit {
  /** As a shell counts: 128 and the signal's number after a signal. Null if it was ended from outside. */
  readonly code: number | null;
  readonly endedBy: EndedBy;
  /** Why the box itself could not start the command, in bubblewrap's words. */
  readonly problem: string | null;
  readonly durationMs: number;
}

export interface RunningBox {
  readonly pid: number;
  /** With the pid, names this process for good. */
  readonly pidStart: string | null;
  /** Everything that the command prints. It must be read to its end. */
  readonly output: Readable;
  /** Contract: never rejects. */
  readonly exit: Promise<BoxExit>;
  /** Asks all processes to end, and kills them soon after. Resolves when they are gone. */
  stop(): Promise<void>;
}

/** How long processes that were asked to end have for it. */
const graceMs = 500;
const infoFd = 3;
const argumentsFd = 4;
const maxProblem = 2_000;

export async function startBox(
  { box, clock }: { readonly box: Box; readonly clock: Clock },
  start: BoxStart,
): Promise<RunningBox> {
  const pipe = await openPipe(box);
  const spawned = await spawnBox({ box, clock }, start, { stdin: "ignore", stdout: pipe.writeFd }).finally(() =>
    closeSync(pipe.writeFd),
  );
  const problem = readText(spawned.child.stderr as Readable);
  void clock.sleep(start.timeoutMs, spawned.ending).then(() => {
    if (!spawned.ending.aborted) spawned.endFor("time");
  });
  const exit = spawned.exit.then(async (ended) => ({ ...ended, problem: (await problem) || null }));
  return { ...spawned.running, output: pipe.output, exit };
}

/** What is spawned in a box, whatever becomes of its streams. */
export interface SpawnedBox {
  readonly child: ChildProcess;
  readonly running: Pick<RunningBox, "pid" | "pidStart" | "stop">;
  readonly exit: Promise<Omit<BoxExit, "problem">>;
  /** Aborts when the box has ended. */
  readonly ending: AbortSignal;
  /** Kills everything in the box. */
  endFor(by: EndedBy): void;
}

export type BoxSpawn = Omit<BoxStart, "timeoutMs" | "argv"> &
  Pick<BoxCommand, "argv" | "mounts" | "home" | "hasErrors"> & {
    /** More of bubblewrap's arguments, which no command line shows. */
    readonly hiddenArguments?: readonly string[];
  };

export async function spawnBox(
  { box, clock }: { readonly box: Box; readonly clock: Clock },
  start: BoxSpawn,
  streams: { readonly stdin: "ignore" | "pipe"; readonly stdout: "pipe" | number },
): Promise<SpawnedBox> {
  const { limits, root, hiddenArguments } = start;
  await prepareFolder(box, start.mounts);
  const before = start.isReadOnly ? null : await estimateUsage(root, start.usage, limits);
  const isOver = before === null || before.files > limits.workspaceFiles || before.isHidden;
  const room = isOver ? 0 : Math.min(quotaBytes(limits) - before.bytes, await freeBytes(root));
  const fileBytes = Math.max(room, 0);
  const hidden = hiddenArguments === undefined ? {} : { argumentsFd };
  const [program = "", ...rest] = boxArguments(box, { ...start, ...hidden, fileBytes, infoFd });
  const child = spawn(program, rest, {
    stdio: [streams.stdin, streams.stdout, "pipe", "pipe", ...(hiddenArguments === undefined ? [] : ["pipe" as const])],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    cwd: "/",
    detached: true, // a terminal's Ctrl-C is for Reef, which then ends its boxes itself
  });
  const startedAt = clock.steady();
  const { pid } = await spawned(child);
  if (hiddenArguments !== undefined) giveArguments(child, hiddenArguments);
  const ending = new AbortController();
  const end = { by: "itself" as EndedBy };
  const kill = () => child.kill("SIGKILL");
  const firstPid = readFirstPid(child);

  const closed = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
  const exit = closed.then((code) => {
    ending.abort();
    return {
      code: end.by === "itself" ? code : null,
      endedBy: end.by,
      durationMs: Math.max(clock.steady() - startedAt, 0),
    };
  });
  const note = (by: EndedBy) => {
    if (end.by === "itself") end.by = by;
  };
  const endFor = (by: EndedBy) => {
    note(by);
    kill();
  };
  void firstPid.then(async (first) => {
    if (first === null) return;
    const by = await watchBox({
      clock,
      firstPid: first,
      root,
      limits,
      before,
      usage: start.usage,
      signal: ending.signal,
    }).catch(() => "disk" as const);
    if (by !== null && !ending.signal.aborted) endFor(by);
  });

  const stop = async () => {
    note("stop");
    void firstPid.then((first) => {
      if (first !== null && !ending.signal.aborted) askToEnd(first, limits);
    });
    await clock.sleep(graceMs, ending.signal);
    kill();
    await exit;
  };
  return { child, running: { pid, pidStart: startOf(pid), stop }, exit, ending: ending.signal, endFor };
}

/** Bubblewrap reads them to their end before it starts anything. */
function giveArguments(child: ChildProcess, hidden: readonly string[]): void {
  const pipe = child.stdio[argumentsFd] as Writable;
  pipe.on("error", () => undefined); // it ended before it read them, and says why itself
  pipe.end(hidden.map((each) => `${each}\0`).join(""));
}

function spawned(child: ChildProcess): Promise<{ readonly pid: number }> {
  return new Promise((resolve, reject) => {
    child.once("spawn", () => resolve({ pid: child.pid as number }));
    child.once("error", (cause) =>
      reject(new AppError("unavailable", `the box could not start: ${cause.message}`, { cause })),
    );
  });
}

/** Sends SIGTERM to all processes but the first, which would ignore it. */
function askToEnd(firstPid: number, limits: BoxLimits): void {
  for (const pid of listProcesses(firstPid, limits.processes + 16).slice(1)) {
    try {
      process.kill(pid, "SIGTERM");
    } catch {
      // ended since
    }
  }
}

/** Returns the pid of the box's first process, as this machine counts; null if the box did not start. */
async function readFirstPid(child: ChildProcess): Promise<number | null> {
  const text = await readText(child.stdio[infoFd] as Readable);
  const pid = Number(/"child-pid":\s*(\d+)/.exec(text)?.[1]);
  return Number.isSafeInteger(pid) && pid > 1 ? pid : null;
}

/** Reads a stream to its end and keeps its beginning. */
async function readText(stream: Readable): Promise<string> {
  let text = "";
  try {
    for await (const chunk of stream) if (text.length < maxProblem) text += String(chunk);
  } catch {
    // closed with the process
  }
  return text.slice(0, maxProblem).trim();
}
