/**
 * Runs the registered MCP servers: one connection each, opened when it is first needed, and gives bots the tools of
 * those attached to them. Tools are known from the last listing, so a server that is idle costs nothing and a turn never
 * waits for a start only to see what there is.
 */
import type { Deps, Log } from "@reef/engine/deps";
import { noteListedTools, readMcpServer } from "@reef/engine/mcp/servers";
import type { Tool } from "@reef/engine/tool/tool";
import type { ToolSource } from "@reef/engine/tool/tool-source";
import type { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import type { McpServerId } from "@reef/protocol/ids";
import type { McpServerRecord, McpServerState } from "@reef/protocol/mcp";
import { mcpToolState } from "@reef/protocol/mcp-tool-state";
import type { AfterCrash } from "@reef/protocol/tool";
import type { Connection } from "./connected.ts";
import { type Launch, openConnection } from "./connection.ts";
import { takeListed } from "./listed-tools.ts";
import type { Complete } from "./sampling.ts";
import { toTool } from "./to-tool.ts";

export interface McpServersOptions {
  readonly deps: Pick<Deps, "store" | "clock" | "settings">;
  readonly log: Log;
  /** Reef's, which servers see. */
  readonly version: string;
  /** Puts the secrets in their places. Rejects with what is missing, in words for people. */
  readonly launch: (server: McpServerRecord) => Promise<Launch>;
  /** For HTTP: decides where a request may go. */
  readonly fetch?: typeof fetch;
  /** Asks a bot's model for a text; without it no server may. */
  readonly complete?: Complete;
}

export interface McpHealth {
  readonly state: McpServerState;
  readonly problem: string | null;
  readonly software: string | null;
}

export interface McpServers extends ToolSource, AsyncDisposable {
  health(server: McpServerRecord): McpHealth;
  /** Starts the server and reads its tools. Rejects with `unavailable` if it cannot be reached. */
  check(id: McpServerId, signal: AbortSignal): Promise<McpServerRecord>;
  /** Opens the connection to it, which starts with the first use. Rejects with `unavailable` if it is switched off. */
  connect(id: McpServerId): Promise<Connection>;
}

interface Open {
  readonly server: McpServerRecord;
  readonly connection: Connection;
}

const listMs = 120_000;

export async function openMcpServers(options: McpServersOptions): Promise<McpServers> {
  const { deps, log, version, launch } = options;
  const { store, clock } = deps;
  const complete = options.complete ?? null;
  const openById = new Map<McpServerId, Open>();
  const problemById = new Map<McpServerId, string>();
  const closing = new Set<Promise<unknown>>();
  const ended = new AbortController();
  let records: ReadonlyMap<McpServerId, McpServerRecord> = new Map();
  const toolsByRecord = new WeakMap<McpServerRecord, readonly { readonly name: string; readonly tool: Tool }[]>();

  const close = (open: Open) => {
    const done: Promise<unknown> = Promise.resolve(open.connection[Symbol.asyncDispose]()).finally(() => {
      closing.delete(done);
    });
    closing.add(done);
  };

  /** Keeps those connections whose servers are reached in the same way. */
  const refresh = async () => {
    const fresh = new Map((await store.read.mcpServers()).map((server) => [server.id, server]));
    records = fresh;
    for (const [id, open] of openById) {
      const now = fresh.get(id);
      if (now?.enabled && isSameWay(open.server, now)) continue;
      openById.delete(id);
      problemById.delete(id);
      close(open);
    }
  };
  let refreshing = refresh();
  const queueRefresh = () => {
    refreshing = refreshing.then(refresh).catch((error: unknown) => {
      log.error({ error }, "the MCP servers could not be read");
    });
  };
  await refreshing;
  const unsubscribe = store.onEvents((events) => {
    if (events.some(({ type }) => type.startsWith("mcp_server.") || type.startsWith("secret."))) queueRefresh();
  });
  const stopGaps = store.onGap(queueRefresh);

  const connectionTo = (server: McpServerRecord): Connection => {
    if (ended.signal.aborted) throw new AppError("unavailable", "Reef is stopping");
    if (!server.enabled) throw new AppError("unavailable", `the MCP server “${server.name}” is switched off`);
    const known = openById.get(server.id);
    if (known !== undefined) return known.connection;
    const connection = openConnection({
      clock,
      version,
      idleMs: server.idleMs,
      mayAskModel: server.sampling && complete !== null,
      launch: () => launch(server),
      onChange: (what) => {
        if (what === "tools") void readTools(server.id);
      },
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    });
    openById.set(server.id, { server, connection });
    return connection;
  };

  /** A server says that its list has changed: what is new waits for approval. */
  const readTools = async (id: McpServerId) => {
    try {
      await list(id, AbortSignal.any([AbortSignal.timeout(listMs), ended.signal]));
    } catch (error) {
      if (!ended.signal.aborted) log.warn({ error, serverId: id }, "the tools of an MCP server could not be read");
    }
  };

  const list = async (id: McpServerId, signal: AbortSignal): Promise<McpServerRecord> => {
    const told = await connectionTo(await readMcpServer(deps, id)).listTools(signal);
    const { tools, problems } = takeListed(await readMcpServer(deps, id), told.tools, told.offers);
    if (problems.length === 0) problemById.delete(id);
    else problemById.set(id, `Some tools were left out: ${problems.slice(0, 5).join("; ")}`);
    return noteListedTools(deps, id, tools);
  };

  const usableTools = (server: McpServerRecord) => {
    const known = toolsByRecord.get(server);
    if (known !== undefined) return known;
    const tools = server.tools
      .filter((tool) => mcpToolState(tool) === "approved")
      .map((each) => ({
        name: each.name,
        tool: toTool({
          server,
          tool: each,
          connection: () => connectionTo(server),
          complete: server.sampling ? complete : null,
        }),
      }));
    toolsByRecord.set(server, tools);
    return tools;
  };

  return {
    async toolsFor(bot: Bot) {
      await refreshing;
      return bot.mcp.flatMap(({ serverId, tools, ask, afterCrash }) => {
        const server = records.get(serverId);
        if (server === undefined || !server.enabled) return [];
        return usableTools(server)
          .filter(({ name }) => tools === undefined || tools.includes(name))
          .map(({ name, tool: plain }) => {
            const tool = afterCrash === undefined ? plain : settledBy(plain, afterCrash);
            return needsPerson(ask, name) ? askingFirst(tool) : tool;
          });
      });
    },
    health(server) {
      if (!server.enabled) return { state: "off", problem: null, software: null };
      const health = openById.get(server.id)?.connection.health ?? { state: "idle", problem: null, software: null };
      return { ...health, problem: health.problem ?? problemById.get(server.id) ?? null };
    },
    async check(id, signal) {
      const server = await readMcpServer(deps, id);
      connectionTo(server).forgive();
      return list(id, AbortSignal.any([signal, ended.signal]));
    },
    connect: async (id) => connectionTo(await readMcpServer(deps, id)),
    async [Symbol.asyncDispose]() {
      ended.abort();
      unsubscribe();
      stopGaps();
      for (const open of openById.values()) close(open);
      openById.clear();
      await Promise.allSettled(closing);
      await refreshing;
    },
  };
}

function isSameWay(before: McpServerRecord, now: McpServerRecord): boolean {
  return (
    JSON.stringify([before.transport, before.box, before.idleMs, before.sampling]) ===
    JSON.stringify([now.transport, now.box, now.idleMs, now.sampling])
  );
}

function needsPerson(ask: boolean | readonly string[] | undefined, name: string): boolean {
  return typeof ask === "boolean" ? ask : (ask?.includes(name) ?? false);
}

const asking = new WeakMap<Tool, Tool>();

/** The same tool each time, since its description is made once. */
function askingFirst(tool: Tool): Tool {
  const known = asking.get(tool);
  if (known !== undefined) return known;
  const made: Tool = { ...tool, asksFirst: (input) => JSON.stringify(input, null, 2) };
  asking.set(tool, made);
  return made;
}

const settling = new WeakMap<Tool, Map<AfterCrash, Tool>>();

/** What a person chose for a bot counts for all tools that its attachment gives it. */
function settledBy(tool: Tool, afterCrash: AfterCrash): Tool {
  if (tool.effects.kind !== "outside" || tool.effects.afterCrash === afterCrash) return tool;
  const known = settling.get(tool) ?? new Map<AfterCrash, Tool>();
  settling.set(tool, known);
  const made = known.get(afterCrash) ?? { ...tool, effects: { ...tool.effects, afterCrash } };
  known.set(afterCrash, made);
  return made;
}
