/**
 * Starts a command in a box and sees to its end. When it ends, however it ends, every process in it is gone: they live
 * in a process namespace whose first process the kernel takes with it. That holds too when Reef is killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { Readable } from "node:stream";
import type { Clock } from "@reef/engine/port/clock";
import type { BoxLimits } from "@reef/protocol/box";
import { AppError } from "@reef/protocol/error";
import { estimateUsage, freeBytes, quotaBytes, type UsageCache } from "../workspace/usage.ts";
import { boxArguments, prepareFolder } from "./arguments.ts";
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
const maxProblem = 2_000;

export async function startBox(
  { box, clock }: { readonly box: Box; readonly clock: Clock },
  start: BoxStart,
): Promise<RunningBox> {
  const { limits, root } = start;
  await prepareFolder(box);
  const before = start.isReadOnly ? null : await estimateUsage(root, start.usage, limits);
  const isOver = before === null || before.files > limits.workspaceFiles || before.isHidden;
  const room = isOver ? 0 : Math.min(quotaBytes(limits) - before.bytes, await freeBytes(root));
  const fileBytes = Math.max(room, 0);
  const [program = "", ...rest] = boxArguments(box, { ...start, fileBytes, infoFd });
  const pipe = await openPipe(box);
  const child = spawn(program, rest, {
    stdio: ["ignore", pipe.writeFd, "pipe", "pipe"],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    cwd: "/",
    detached: true, // a terminal's Ctrl-C is for Reef, which then ends its boxes itself
  });
  const startedAt = clock.steady();
  const { pid } = await spawned(child).finally(() => closeSync(pipe.writeFd));
  const ending = new AbortController();
  const end = { by: "itself" as EndedBy };
  const kill = () => child.kill("SIGKILL");
  const firstPid = readFirstPid(child);
  const problem = readText(child.stderr as Readable);

  const closed = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
  const exit = closed.then(async (code) => {
    ending.abort();
    return {
      code: end.by === "itself" ? code : null,
      endedBy: end.by,
      problem: (await problem) || null,
      durationMs: Math.max(clock.steady() - startedAt, 0),
    };
  });
  const endFor = (by: EndedBy) => {
    if (end.by === "itself") end.by = by;
  };

  void clock.sleep(start.timeoutMs, ending.signal).then(() => {
    if (ending.signal.aborted) return;
    endFor("time");
    kill();
  });
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
    if (by === null || ending.signal.aborted) return;
    endFor(by);
    kill();
  });

  return {
    pid,
    pidStart: startOf(pid),
    output: pipe.output,
    exit,
    async stop() {
      endFor("stop");
      void firstPid.then((first) => {
        if (first !== null && !ending.signal.aborted) askToEnd(first, limits);
      });
      await clock.sleep(graceMs, ending.signal);
      kill();
      await exit;
    },
  };
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
