/**
 * Lists what Reef needs in an OpenClaw's configuration, each with its reason in words: nothing is changed without one.
 */
import { type Change, changesFor, type JsonObject, valueAt } from "./config-changes.ts";

export interface Wanted {
  readonly change: Change;
  readonly reason: string;
}

export interface Joining {
  /** The plugin's folder. */
  readonly pluginPath: string;
  readonly plugin: {
    readonly url: string;
    readonly gatewayId: string;
    readonly tokenFile?: string;
  };
  /** How many bots may work in parallel. */
  readonly bots: number;
}

/** OpenClaw ships an unrelated plugin “reef”, hence this name. */
const pluginId = "reef-home";
const entry = ["plugins", "entries", pluginId];
/** OpenClaw's default is 8, or four for each core; the smaller is assumed. */
const usualConcurrent = 8;

/** Returns the changes that are still to be made. */
export function wantedChanges(config: JsonObject, joining: Joining): readonly Wanted[] {
  const all: Wanted[] = [
    {
      change: { kind: "add", path: ["plugins", "load", "paths"], value: joining.pluginPath },
      reason: "OpenClaw loads Reef's plugin from here.",
    },
    ...allowed(config),
    {
      change: { kind: "set", path: [...entry, "enabled"], after: true },
      reason: "Switches the plugin on: Reef's tools for your bots, and Reef's console as a tab.",
    },
    {
      change: { kind: "set", path: [...entry, "hooks", "allowConversationAccess"], after: true },
      reason:
        "Lets the plugin see a message before the model does. It sends the text to your Reef to find what the bot remembers about it, and puts that into the prompt. OpenClaw asks for this permission because such a plugin could read conversations; without it the tools work and prompts hold no memory.",
    },
    {
      change: { kind: "set", path: [...entry, "config"], after: { ...joining.plugin } },
      reason: "Where your Reef is, and where its token is found; the token itself is not written here.",
    },
    ...concurrent(config, joining.bots),
    {
      change: { kind: "set", path: ["session", "maintenance", "archiveDashboardAfter"], after: false },
      reason:
        "OpenClaw archives sessions after a week without use and then refuses messages to them; a persistent bot's must stay.",
    },
  ];
  return all.flatMap(({ change, reason }) =>
    changesFor(config, [change]).map((needed) => ({ change: needed, reason })),
  );
}

function allowed(config: JsonObject): readonly Wanted[] {
  if (!Array.isArray(valueAt(config, ["plugins", "allow"]))) return [];
  const change: Change = { kind: "add", path: ["plugins", "allow"], value: pluginId };
  return [{ change, reason: "Only plugins of this list are loaded." }];
}

function concurrent(config: JsonObject, bots: number): readonly Wanted[] {
  const path = ["agents", "defaults", "maxConcurrent"];
  const present = valueAt(config, path);
  if (bots <= (typeof present === "number" ? present : usualConcurrent)) return [];
  const reason = `You have ${bots} bots; with fewer places some would wait for others.`;
  return [{ change: { kind: "set", path, after: bots }, reason }];
}
