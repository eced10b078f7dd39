/** Declares what the endpoints use: the engine's verbs through `deps`, and what only the server knows. */
import type { BoxSource } from "@reef/box/box-source";
import type { Deps } from "@reef/engine/deps";
import type { Engine } from "@reef/engine/engine";
import type { Fleet } from "@reef/engine/fleet/fleet";
import type { ModelUse } from "@reef/engine/port/runtime";
import type { McpServers } from "@reef/mcp/servers";
import type { RuntimeName } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import type { Mirror } from "@reef/runtimes/openclaw/mirror/mirror";
import type { Guard } from "../auth/guard.ts";
import type { Feed } from "../doors/feed.ts";
import type { ProgressList } from "../gateways/progress-list.ts";
import type { GatewayTokens } from "../gateways/tokens.ts";
import type { SignIns } from "../mcp/sign-ins.ts";
import type { Models } from "../models/open-models.ts";
import type { Vault } from "../models/vault.ts";
import type { Hub } from "../socket/hub.ts";

export interface Edge {
  readonly deps: Deps;
  readonly hub: Hub;
  /** For requests that wait for an answer. */
  readonly feed: Feed;
  readonly guard: Guard;
  readonly version: string;
  readonly startedAtMs: number;
  runtimes(): readonly RuntimeName[];
  /** What a new bot runs on, and the default model, as currently known. */
  defaults(): { readonly runtime: RuntimeName; readonly model: string | null };
  runningTurns(): number;
  /** What the models that this worker calls are doing now. */
  modelUses(): readonly ModelUse[];
  /** Providers, the models they offer, and which model does which work. */
  readonly models: Models;
  readonly vault: Vault;
  /** Where tokens of gateways may come from. */
  readonly tokens: GatewayTokens;
  /** Where to look for an Ollama server; with `off`, no local servers are looked for. */
  readonly ollamaUrl: string;
  /** Folders that a login may import from (SE6). */
  readonly importFolders: readonly string[];
  /** The sessions and agents of the gateways. */
  readonly mirror: Mirror;
  /** Work that takes longer than a request. */
  readonly works: ProgressList;
  /** The tools of MCP servers. */
  readonly mcpServers: Pick<McpServers, "health" | "check" | "connect">;
  /** People's sign-ins at remote MCP servers. */
  readonly signIns: SignIns;
  /** The workspaces of the bots. */
  readonly boxes: BoxSource;
  /** For runtimes that work on their own. */
  readonly calls: Pick<Engine, "callTool" | "recallForPrompt" | "toolsFor" | "tools" | "liveText">;
  /** This worker's place in the fleet. */
  readonly fleet: Pick<Fleet, "worker" | "isDrained" | "refresh">;
}

/** Returns the noun, or throws `not_found`. */
export async function found<Noun>(reading: Promise<Noun | null>, what: string): Promise<Noun> {
  const noun = await reading;
  if (noun === null) throw new AppError("not_found", `there is no such ${what}: it may have been deleted`);
  return noun;
}
