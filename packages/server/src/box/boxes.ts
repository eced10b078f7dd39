/**
 * Joins the boxes to turns: a bot whose box is on has its tools, what a command prints is shown while it runs, and the
 * workspace is kept before a turn first uses it and after that turn, so that the turn can be looked at and undone.
 */
import { type BoxBot, type BoxSource, openBoxSource } from "@reef/box/box-source";
import type { Log } from "@reef/engine/deps";
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import type { Tool, ToolRun } from "@reef/engine/tool/tool";
import type { ToolSource } from "@reef/engine/tool/tool-source";
import type { Bot } from "@reef/protocol/bot";
import type { BotId, TurnId } from "@reef/protocol/ids";
import type { Config } from "../config.ts";
import type { SkillFolders } from "../skills/skill-folders.ts";
import { afterStart } from "./after-start.ts";
import { searchProviderOf } from "./search-provider.ts";

export interface BoxesParts {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly skills: SkillFolders;
}

export interface Boxes extends ToolSource, AsyncDisposable {
  readonly source: BoxSource;
}

/** Where commands see the files of the bot's skills. */
export const skillsInBox = "/skills";
/** How much of a running command's output is shown, in UTF-16 units. */
const longestTail = 4_000;

export async function openBoxes({ config, store, clock, log, skills }: BoxesParts): Promise<Boxes> {
  const tails = new Map<string, { text: string; readonly report: (text: string) => void }>();
  const used = new Map<TurnId, BoxBot>();
  /** The boxes that bots have worked in since the start, as they were set then. */
  const worked = new Map<BotId, BoxBot>();
  const source = await openBoxSource({
    dataFolder: config.data,
    clock,
    settingsOf: (bot) => bot.box,
    mountsOf: async ({ id }) => {
      try {
        return (await skills.foldersFor(id)).map(({ name, path }) => ({
          source: path,
          target: `${skillsInBox}/${name}`,
          isReadOnly: true,
          kind: "folder",
        }));
      } catch (error) {
        log.warn({ error, botId: id }, "the files of skills could not be shown to a command");
        return [];
      }
    },
    searchProvider: () => searchProviderOf(config),
    onProgress: ({ turnId, callId, text }) => {
      const tail = tails.get(keyOfRun(turnId, callId));
      if (tail === undefined) return;
      tail.text = (tail.text + text).slice(-longestTail);
      tail.report(tail.text);
    },
  });

  /** A turn goes on without a snapshot where none can be kept: it is for people, and the log says why. */
  const noteTrouble = (turnId: TurnId, error: unknown) =>
    log.warn({ error, turnId }, "what a turn changes in its workspace could not be kept");

  const before = async ({ bot, turn }: ToolRun) => {
    if (bot.box === null) return;
    const boxed = { id: bot.id, box: bot.box };
    worked.set(bot.id, boxed);
    if (turn.id === null || used.has(turn.id)) return;
    used.set(turn.id, boxed);
    await source.beforeTurn(boxed, turn.id).catch((error: unknown) => noteTrouble(turn.id as TurnId, error));
  };

  /** What a bot left running in the background ends when its box is switched off, or is in another workspace. */
  const followBox = async ({ id, box }: Bot) => {
    const before = worked.get(id);
    if (before === undefined) return;
    if (box?.enabled === true && box.workspace === before.box.workspace) return;
    worked.delete(id);
    try {
      for (const { id: commandId, botId, state } of await source.commands(before)) {
        // Others may share the workspace.
        if (state === "running" && botId === id) await source.stopCommand(before, commandId);
      }
    } catch (error) {
      log.warn({ error, botId: id }, "the commands of a box that was switched off could not be stopped");
    }
  };

  const unsubscribe = store.onEvents((events) => {
    for (const event of events) {
      if (event.type === "bot.deleted") {
        void source.forgetBot(event.botId).catch((error: unknown) => {
          log.warn({ error, botId: event.botId }, "the workspace of a deleted bot could not be deleted");
        });
      }
      if (event.type === "bot.changed") void followBox(event.bot);
      if (event.type !== "turn.changed" || !["done", "failed", "cancelled"].includes(event.turn.state)) continue;
      const { id } = event.turn;
      const bot = used.get(id);
      if (bot === undefined) continue;
      used.delete(id);
      void source.afterTurn(bot, id).catch((error: unknown) => noteTrouble(id, error));
    }
  });

  const upkeep = afterStart({ source, store, clock, log });
  const tools = source.tools.map(
    (tool): Tool => ({
      ...tool,
      origin: { kind: "box" },
      async run(run, input) {
        await before(run);
        const { report } = run;
        // Models may number their calls from 1 in every turn.
        const key = keyOfRun(run.turn.id, run.callId);
        if (report !== undefined) tails.set(key, { text: "", report });
        try {
          return await tool.run(run, input);
        } finally {
          tails.delete(key);
        }
      },
    }),
  );

  return {
    source,
    async toolsFor({ box }: Bot) {
      const names = new Set(source.namesFor(box));
      return tools.filter(({ name }) => names.has(name));
    },
    async [Symbol.asyncDispose]() {
      unsubscribe();
      await upkeep;
      await source[Symbol.asyncDispose]();
    },
  };
}

function keyOfRun(turnId: string | null, callId: string): string {
  return `${turnId}/${callId}`;
}
