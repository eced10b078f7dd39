/**
 * Gives bots their boxes: the tools, the workspaces behind them, and what each turn changed. One source serves all bots;
 * whose box is on, and how, it asks at each call. Without a box nothing runs (TO4), and `state` says why.
 */
import { join } from "node:path";
import type { Clock } from "@reef/engine/port/clock";
import type { Tool } from "@reef/engine/tool/tool";
import type { Bot } from "@reef/protocol/bot";
import type { BoxSettings } from "@reef/protocol/box";
import { AppError } from "@reef/protocol/error";
import { BotId } from "@reef/protocol/ids";
import { openPrograms, type Programs } from "./programs.ts";
import type { BoxMount } from "./run/arguments.ts";
import type { NoBox } from "./run/box.ts";
import type { CommandNote } from "./run/command-notes.ts";
import { createCommands } from "./run/commands.ts";
import { closeBox, type ProbeOptions, probeBox } from "./run/probe.ts";
import type { Changes, FileChange } from "./snapshot/changes.ts";
import { createSnapshots, type TurnChange } from "./snapshot/snapshots.ts";
import type { Undone } from "./snapshot/undo.ts";
import type { BoxDeps, CommandProgress } from "./tool/box-deps.ts";
import { commandOutput } from "./tool/command-output.ts";
import { commandRun } from "./tool/command-run.ts";
import { commandStop } from "./tool/command-stop.ts";
import { fileEdit } from "./tool/file-edit.ts";
import { fileList } from "./tool/file-list.ts";
import { fileRead } from "./tool/file-read.ts";
import { fileSearch } from "./tool/file-search.ts";
import { fileWrite } from "./tool/file-write.ts";
import { webFetch } from "./tool/web-fetch.ts";
import { webSearch } from "./tool/web-search.ts";
import { createWebPages, type WebPagesOptions } from "./web/web-pages.ts";
import { createWebSearch, type SearchProvider } from "./web/web-search.ts";
import { readWhole, writeWhole } from "./workspace/files.ts";
import { type Listing, listFolder } from "./workspace/list.ts";
import { removePath } from "./workspace/remove.ts";
import { openWorkspaces, workspaceName } from "./workspace/workspaces.ts";

export type { Changes, CommandNote, CommandProgress, FileChange, Listing, TurnChange, Undone };

export interface BoxSourceOptions {
  /** Reef's data folder; workspaces are kept below it. */
  readonly dataFolder: string;
  readonly clock: Clock;
  /** Returns how a person set the bot's box; null if no one did, which is off. */
  readonly settingsOf: (bot: Bot) => BoxSettings | null;
  /** Returns the configured web search; null if there is none. */
  readonly searchProvider: () => SearchProvider | null;
  /** Gets the output of running commands. Contract: must not throw. */
  readonly onProgress?: (progress: CommandProgress) => void;
  readonly probe?: ProbeOptions;
  readonly web?: WebPagesOptions;
  /** Returns folders that the bot's commands see beside their workspace. */
  readonly mountsOf?: (bot: Bot) => Promise<readonly BoxMount[]>;
}

/** A bot as far as its box is concerned. */
export type BoxBot = Pick<Bot, "id"> & { readonly box: BoxSettings };

export interface BoxSource extends AsyncDisposable {
  /** Whether commands can run here; if not, why, in a sentence for people. */
  readonly state: { readonly state: "ready" } | NoBox;
  /** Runs programs that a person registered in boxes of their own. */
  readonly programs: Programs;
  /** All tools, for a catalogue. Each looks up the box of the bot that calls it. */
  readonly tools: readonly Tool[];
  /** Returns the names of the tools that a bot with these settings gets; none if its box is off. */
  namesFor(settings: BoxSettings | null): readonly string[];
  /** Keeps the workspace as it is before a turn. Safe to call again for a turn that goes on after a crash. */
  beforeTurn(bot: BoxBot, turnId: string): Promise<void>;
  /** Keeps the workspace as it is after a turn. */
  afterTurn(bot: BoxBot, turnId: string): Promise<void>;
  /** Newest first; turns that changed nothing are left out. */
  turns(bot: BoxBot): Promise<readonly TurnChange[]>;
  /** Throws `not_found`. */
  changes(bot: BoxBot, turnId: string): Promise<Changes>;
  /** Throws `not_found`, `conflict`. */
  undo(bot: BoxBot, turnId: string): Promise<Undone & { readonly id: string }>;
  /** For people: a folder of the workspace. */
  list(bot: BoxBot, path: string, options: { readonly depth: number; readonly limit: number }): Promise<Listing>;
  /** Throws `not_found`, `payload_too_large`. */
  read(bot: BoxBot, path: string, maxBytes: number): Promise<Buffer>;
  /** Throws `storage_full`, `invalid_request`. */
  write(bot: BoxBot, path: string, bytes: Uint8Array): Promise<"created" | "replaced">;
  /** Deletes a file, or a folder with everything in it. */
  remove(bot: BoxBot, path: string): Promise<void>;
  /** Newest first. */
  commands(bot: BoxBot): Promise<readonly CommandNote[]>;
  stopCommand(bot: BoxBot, id: string): Promise<void>;
  /**
   * Calls `tell` for each command in the background that a restart ended, until it has resolved once. A crash in between
   * calls it again.
   */
  tellLost(tell: (note: CommandNote) => Promise<void>): Promise<void>;
  /** Lists the ids of bots that have a workspace of their own. */
  botsWithWorkspace(): Promise<readonly string[]>;
  /** Stops what runs and deletes the bot's own workspace. A shared one stays. */
  forgetBot(botId: string): Promise<void>;
}

const webTools = ["web_fetch", "web_search"];

/** Finds out what this machine can do, which takes a moment. Disposing stops all commands. */
export async function openBoxSource(options: BoxSourceOptions): Promise<BoxSource> {
  const { clock, dataFolder } = options;
  const box = await probeBox({ hidden: [dataFolder], ...options.probe });
  const workspaces = openWorkspaces(join(dataFolder, "workspaces"));
  const commands = box.state === "ready" ? createCommands({ box, clock }) : null;
  const programs = openPrograms({ box, clock, dataFolder });
  const snapshots = createSnapshots(clock);
  const deps: BoxDeps = {
    box,
    workspaces,
    commands,
    pages: createWebPages(options.web),
    search: createWebSearch({ provider: options.searchProvider }),
    clock,
    settingsOf: options.settingsOf,
    mountsOf: options.mountsOf,
    onProgress: options.onProgress,
  };
  const makers = [fileRead, fileWrite, fileEdit, fileList, fileSearch, commandRun, commandOutput, commandStop];
  const tools = [...makers, webFetch, webSearch].map((make) => make(deps));
  const open = (bot: BoxBot) => workspaces.open(workspaceName(bot.id, bot.box));

  return {
    state: box.state === "ready" ? { state: "ready" } : box,
    programs,
    tools,
    namesFor: (settings) =>
      settings?.enabled !== true
        ? []
        : tools.map(({ name }) => name).filter((name) => settings.web || !webTools.includes(name)),
    async beforeTurn(bot, turnId) {
      if (bot.box.enabled) await snapshots.before(await open(bot), turnId);
    },
    async afterTurn(bot, turnId) {
      if (bot.box.enabled) await snapshots.after(await open(bot), turnId);
    },
    turns: async (bot) => await snapshots.list(await open(bot)),
    changes: async (bot, turnId) => await snapshots.changes(await open(bot), turnId),
    undo: async (bot, turnId) => await snapshots.undo(await open(bot), turnId),
    list: async (bot, path, bounds) => await listFolder((await open(bot)).root, path, bounds),
    read: async (bot, path, maxBytes) => await readWhole((await open(bot)).root, path, maxBytes),
    write: async (bot, path, bytes) => await writeWhole(await open(bot), path, { bytes, limits: bot.box.limits }),
    remove: async (bot, path) => await removePath((await open(bot)).root, path),
    commands: async (bot) => (commands === null ? [] : await commands.list(await open(bot))),
    async stopCommand(bot, id) {
      const note = (await commands?.find(await open(bot), id)) ?? null;
      if (note === null) throw new AppError("not_found", "there is no such command");
      await commands?.stop(id);
    },
    async tellLost(tell) {
      if (commands === null) return;
      for (const name of await workspaces.names()) {
        const workspace = await workspaces.open(name);
        for (const note of await commands.untold(workspace)) {
          await tell(note);
          await commands.markTold(workspace, note);
        }
      }
    },
    botsWithWorkspace: async () => (await workspaces.names()).filter((name) => BotId.safeParse(name).success),
    async forgetBot(botId) {
      const name = workspaceName(botId, { workspace: null });
      await commands?.stopAll(name);
      await workspaces.delete(name);
    },
    async [Symbol.asyncDispose]() {
      await programs[Symbol.asyncDispose]();
      await commands?.[Symbol.asyncDispose]();
      await closeBox(box);
    },
  };
}
