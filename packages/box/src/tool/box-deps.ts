/** Defines what the tools of the box receive, and finds the workspace of the bot that calls. */
import type { Clock } from "@reef/engine/port/clock";
import type { ToolRun } from "@reef/engine/tool/tool";
import type { Bot } from "@reef/protocol/bot";
import type { BoxSettings } from "@reef/protocol/box";
import { AppError } from "@reef/protocol/error";
import type { BoxMount } from "../run/arguments.ts";
import type { Box, NoBox } from "../run/box.ts";
import type { Commands } from "../run/commands.ts";
import type { WebPages } from "../web/web-pages.ts";
import type { WebSearch } from "../web/web-search.ts";
import { type Workspace, type Workspaces, workspaceName } from "../workspace/workspaces.ts";

/** Output of a running command, for people: with its escape codes, and as it comes. */
export interface CommandProgress {
  readonly botId: string;
  readonly sessionId: string;
  readonly turnId: string | null;
  readonly callId: string;
  readonly text: string;
}

export interface BoxDeps {
  readonly box: Box | NoBox;
  readonly workspaces: Workspaces;
  /** Null where no box can run. */
  readonly commands: Commands | null;
  readonly pages: WebPages;
  readonly search: WebSearch;
  readonly clock: Clock;
  /** Returns more of the machine that the bot's commands see. */
  readonly mountsOf?: ((bot: Bot) => Promise<readonly BoxMount[]>) | undefined;
  /** Returns how a person set the bot's box; null if no one did, which is off. */
  readonly settingsOf: (bot: Bot) => BoxSettings | null;
  /** Contract: must not throw. */
  readonly onProgress?: ((progress: CommandProgress) => void) | undefined;
}

export interface BoxOfBot {
  readonly workspace: Workspace;
  readonly settings: BoxSettings;
}

/** Throws `conflict` if the bot's box is off: a tool may still be called by a name from an earlier turn (TO4). */
export async function boxOf(deps: BoxDeps, { bot }: Pick<ToolRun, "bot">): Promise<BoxOfBot> {
  const settings = settingsOf(deps, bot);
  return { workspace: await deps.workspaces.open(workspaceName(bot.id, settings)), settings };
}

/** The same, for tools that run something. Throws `unavailable` where no box can run: nothing runs without one (TO4). */
export async function commandsOf(
  deps: BoxDeps,
  run: Pick<ToolRun, "bot">,
): Promise<BoxOfBot & { readonly commands: Commands; readonly box: Box }> {
  const found = await boxOf(deps, run);
  const { box, commands } = deps;
  if (box.state === "unavailable") throw new AppError("unavailable", `commands cannot run here: ${box.reason}`);
  if (commands === null) throw new AppError("unavailable", "commands cannot run here");
  return { ...found, commands, box };
}

/** Throws `conflict` if the bot's box is off, or, for web tools, if it may not use the web. */
export function settingsOf(deps: BoxDeps, bot: Bot): BoxSettings {
  const settings = deps.settingsOf(bot);
  if (settings?.enabled !== true)
    throw new AppError("conflict", "the box of this bot is switched off: a person can switch it on in its settings");
  return settings;
}
