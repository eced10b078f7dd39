/**
 * Runs the commands of bots, each in a box, and knows which are running. A command in the background goes on after its
 * turn; it ends with Reef, and is said to be lost after a restart. At most so many of a bot run together.
 */
import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import type { Clock } from "@reef/engine/port/clock";
import type { BoxLimits } from "@reef/protocol/box";
import { AppError } from "@reef/protocol/error";
import { msToIso } from "@reef/protocol/time";
import { type OpenProxy, openProxy } from "../network/proxy.ts";
import { boxRoot, parsePath } from "../workspace/relative-path.ts";
import { ageUsage } from "../workspace/usage.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import type { BoxMount } from "./arguments.ts";
import type { Box } from "./box.ts";
import { type CommandNote, listNotes, outputPath, pruneNotes, readNote, writeNote } from "./command-notes.ts";
import { keepOutput, type OutputKeeper } from "./kept-output.ts";
import { startOf } from "./process-tree.ts";
import { type RunningBox, startBox } from "./start.ts";

export interface CommandRequest {
  readonly botId: string;
  readonly sessionId: string;
  readonly turnId?: string | null;
  readonly callId?: string;
  readonly command: string;
  /** As the bot wrote it; relative to the workspace. */
  readonly cwd: string;
  readonly isBackground: boolean;
  readonly timeoutMs: number;
  readonly limits: BoxLimits;
  readonly hosts: readonly string[];
  /** More of the machine that it sees. */
  readonly mounts?: readonly BoxMount[];
  /** Gets the output as it is printed, with its escape codes. Contract: must not throw. */
  readonly onOutput?: ((text: string) => void) | undefined;
  /** Ends a command that is waited for. */
  readonly signal?: AbortSignal | undefined;
}

interface Running {
  readonly workspace: Workspace;
  readonly box: RunningBox;
  readonly output: OutputKeeper;
  note: CommandNote;
  readonly ended: Promise<CommandNote>;
}

export interface Commands extends AsyncDisposable {
  /** Resolves when the command has ended, or immediately after its start if it is in the background. */
  run(workspace: Workspace, request: CommandRequest): Promise<CommandNote>;
  /** Returns the note as of now; null if there is no such command. */
  find(workspace: Workspace, id: string): Promise<CommandNote | null>;
  /** Returns commands in the background that a restart ended, until `markTold`. */
  untold(workspace: Workspace): Promise<readonly CommandNote[]>;
  markTold(workspace: Workspace, note: CommandNote): Promise<void>;
  /** Newest first. */
  list(workspace: Workspace): Promise<readonly CommandNote[]>;
  /** Reads kept output; fewer bytes at its end. */
  read(workspace: Workspace, id: string, part: { readonly offset: number; readonly length: number }): Promise<Buffer>;
  /** The newest output, also of what is not kept. Null if the command does not run. */
  tail(id: string): Buffer | null;
  /** Resolves when the command and all its processes are gone. */
  stop(id: string): Promise<void>;
  /** Stops everything that runs in a workspace, or everything. */
  stopAll(workspace?: string): Promise<void>;
}

export function createCommands({ box, clock }: { readonly box: Box; readonly clock: Clock }): Commands {
  const runningById = new Map<string, Running>();
  const places = { taken: new Map<string, number>() };
  const state = { isClosed: false };

  async function start(workspace: Workspace, request: CommandRequest): Promise<Running> {
    const id = `cmd_${randomBytes(6).toString("hex")}`;
    const names = parsePath(request.cwd);
    const cwd = [boxRoot, ...names].join("/");
    const proxy: OpenProxy | null =
      request.hosts.length === 0
        ? null
        : await openProxy({ hosts: request.hosts, folder: box.folder, owner: box.owner });
    try {
      const running = await startBox(
        { box, clock },
        {
          root: workspace.root,
          usage: workspace.usage,
          isReadOnly: false,
          limits: request.limits,
          timeoutMs: request.timeoutMs,
          proxySocket: proxy?.socketPath ?? null,
          cwd,
          mounts: request.mounts ?? [],
          argv: [box.shellPath, "-c", request.command],
        },
      );
      const note: CommandNote = {
        id,
        botId: request.botId,
        sessionId: request.sessionId,
        turnId: request.turnId ?? null,
        callId: request.callId ?? null,
        isLossTold: false,
        command: request.command,
        cwd: names.join("/") || ".",
        isBackground: request.isBackground,
        startedAt: msToIso(clock.now()),
        state: "running",
        pid: running.pid,
        pidStart: running.pidStart,
        code: null,
        endedBy: null,
        problem: null,
        durationMs: null,
        totalBytes: 0,
        keptBytes: 0,
      };
      await writeNote(workspace, note);
      const output = keepOutput(running.output, { path: outputPath(workspace, id), onChunk: request.onOutput });
      const entry: Running = { workspace, box: running, output, note, ended: end() };
      runningById.set(id, entry);
      return entry;

      async function end(): Promise<CommandNote> {
        const exit = await running.exit;
        await output.done;
        await proxy?.[Symbol.asyncDispose]();
        ageUsage(workspace.usage);
        const { totalBytes, keptBytes } = output.now;
        const endedBy = state.isClosed && exit.endedBy === "stop" ? "restart" : exit.endedBy;
        const { code, problem, durationMs } = exit;
        const ended: CommandNote = {
          ...note,
          state: "ended",
          pid: null,
          pidStart: null,
          code,
          endedBy,
          problem,
          durationMs,
          totalBytes,
          keptBytes,
        };
        // A note that cannot be written, because the workspace is deleted or the disk is full, is read as lost later.
        await writeNote(workspace, ended).catch(() => undefined);
        await pruneNotes(workspace).catch(() => undefined);
        runningById.delete(id);
        return ended;
      }
    } catch (error) {
      await proxy?.[Symbol.asyncDispose]();
      throw error;
    }
  }

  const find = async (workspace: Workspace, id: string): Promise<CommandNote | null> => {
    const running = runningById.get(id);
    if (running !== undefined) {
      if (running.workspace.name !== workspace.name) return null;
      const { totalBytes, keptBytes } = running.output.now;
      return { ...running.note, totalBytes, keptBytes };
    }
    const note = await readNote(workspace, id);
    return note === null ? null : await settle(workspace, note);
  };

  /** A note says that a command runs which this process does not run: the process that did is gone. */
  async function settle(workspace: Workspace, note: CommandNote): Promise<CommandNote> {
    if (note.state !== "running" || runningById.has(note.id)) return note;
    if (note.pid !== null && note.pidStart !== null && startOf(note.pid) === note.pidStart) {
      process.kill(note.pid, "SIGKILL");
    }
    const lost: CommandNote = { ...note, state: "lost", pid: null, pidStart: null, endedBy: "restart" };
    await writeNote(workspace, lost);
    return lost;
  }

  return {
    async run(workspace, request) {
      if (state.isClosed) throw new AppError("unavailable", "Reef is stopping");
      request.signal?.throwIfAborted();
      const key = `${request.isBackground ? "background" : "turn"} ${request.botId}`;
      const taken = places.taken.get(key) ?? 0;
      if (request.isBackground && taken >= request.limits.background) {
        throw new AppError(
          "limit_exceeded",
          `${taken} commands of yours run in the background already: stop one first (command_stop)`,
        );
      }
      places.taken.set(key, taken + 1);
      const release = () => places.taken.set(key, (places.taken.get(key) ?? 1) - 1);
      const running = await start(workspace, request).catch((error) => {
        release();
        throw error;
      });
      void running.ended.then(release);
      if (request.isBackground) return running.note;
      const stop = () => void running.box.stop();
      request.signal?.addEventListener("abort", stop, { once: true });
      if (request.signal?.aborted) stop();
      try {
        return await running.ended;
      } finally {
        request.signal?.removeEventListener("abort", stop);
      }
    },
    find,
    async untold(workspace) {
      const notes = await this.list(workspace);
      return notes.filter((note) => note.isBackground && note.endedBy === "restart" && !note.isLossTold);
    },
    markTold: (workspace, note) => writeNote(workspace, { ...note, isLossTold: true }),
    async list(workspace) {
      const notes = await listNotes(workspace);
      return (await Promise.all(notes.map((note) => find(workspace, note.id)))).filter((note) => note !== null);
    },
    async read(workspace, id, { offset, length }) {
      const handle = await open(outputPath(workspace, id), "r").catch(() => null);
      if (handle === null) return Buffer.alloc(0);
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    tail: (id) => runningById.get(id)?.output.now.tail ?? null,
    async stop(id) {
      const running = runningById.get(id);
      if (running === undefined) return;
      await running.box.stop();
      await running.ended;
    },
    async stopAll(name) {
      const chosen = [...runningById.values()].filter(({ workspace }) => name === undefined || workspace.name === name);
      await Promise.all(
        chosen.map(async (running) => {
          await running.box.stop();
          await running.ended;
        }),
      );
    },
    async [Symbol.asyncDispose]() {
      state.isClosed = true;
      await this.stopAll();
    },
  };
}
