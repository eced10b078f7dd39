/** These calls store, find and change what bots know. */
import type { BotId, MemoryId } from "@reef/protocol/ids";
import type {
  Block,
  BlockPut,
  ForgetReport,
  ForgetRequest,
  GrantList,
  ImportReport,
  Memory,
  MemoryFilter,
  MemoryImport,
  MemoryKind,
  MemoryOverlap,
  MemoryPatch,
  MemorySearch,
  MemoryStats,
  NewMemory,
} from "@reef/protocol/memory";
import type { Sender } from "@reef/protocol/message";
import type { Page } from "@reef/protocol/page";
import type { CallOptions, Send } from "./call.ts";

export interface SearchQuery {
  readonly q: string;
  readonly k?: number;
  readonly asOf?: string;
  readonly kind?: MemoryKind;
  /** Leaves this kind out. */
  readonly without?: MemoryKind;
}

export interface AgentMemoryExport {
  readonly agent_id: string;
  readonly sessions: readonly Readonly<Record<string, unknown>>[];
  readonly insights: readonly Readonly<Record<string, unknown>>[];
  readonly context: Readonly<Record<string, unknown>>;
}

interface MemoryPage {
  readonly limit?: number;
  readonly cursor?: string | null;
}

export function memoryCalls(send: Send) {
  return {
    /** Returns the memory that says this; an existing one if it was known already (ME3). */
    remember: (botId: BotId, memory: NewMemory) =>
      send<Memory>({ method: "POST", path: `/v1/bots/${botId}/memories`, body: memory }),
    /** Stores at most 1,000 in one transaction; answers in the same order. */
    rememberAll: (botId: BotId, items: readonly NewMemory[]) =>
      send<{ readonly items: readonly Memory[] }>({
        method: "POST",
        path: `/v1/bots/${botId}/memories`,
        body: { items },
      }),
    /** Newest change first; active memories unless a state is given. */
    memories: (botId: BotId, query: MemoryFilter & MemoryPage = {}, options?: CallOptions) =>
      send<Page<Memory>>({ method: "GET", path: `/v1/bots/${botId}/memories`, query: { ...query }, ...options }),
    /** Best first, each with why it was found (ME8). */
    searchMemories: (botId: BotId, query: SearchQuery, options?: CallOptions) =>
      send<MemorySearch>({ method: "GET", path: `/v1/bots/${botId}/memories/search`, query: { ...query }, ...options }),
    memoryStats: (botId: BotId, options?: CallOptions) =>
      send<MemoryStats>({ method: "GET", path: `/v1/bots/${botId}/memories/stats`, ...options }),
    memory: (id: MemoryId, options?: CallOptions) =>
      send<Memory>({ method: "GET", path: `/v1/memories/${id}`, ...options }),
    /** The senders of the messages that the memory was made from; empty when that is unknown. */
    memorySenders: (id: MemoryId, options?: CallOptions) =>
      send<{ readonly items: readonly Sender[] }>({ method: "GET", path: `/v1/memories/${id}/senders`, ...options }),
    /** Given a new text, returns the memory that replaced this one (ME4). */
    changeMemory: (id: MemoryId, patch: MemoryPatch) =>
      send<Memory>({ method: "PATCH", path: `/v1/memories/${id}`, body: patch }),
    /** Forgets the memory: it can be restored for 30 days, with `hard` never. */
    forgetMemory: (id: MemoryId, { hard = false }: { readonly hard?: boolean } = {}) =>
      send<void>({ method: "DELETE", path: `/v1/memories/${id}`, query: { hard } }),
    forgetMemories: (botId: BotId, request: ForgetRequest) =>
      send<ForgetReport>({ method: "POST", path: `/v1/bots/${botId}/memories/forget`, body: request }),
    memoryOverlaps: (botId: BotId, options?: CallOptions) =>
      send<{ readonly items: readonly MemoryOverlap[] }>({
        method: "GET",
        path: `/v1/bots/${botId}/memories/overlaps`,
        ...options,
      }),
    /** The parts of BlackBox5's AgentMemory, whose rows its loader takes. */
    exportAgentMemory: (botId: BotId, options?: CallOptions) =>
      send<AgentMemoryExport>({
        method: "GET",
        path: `/v1/bots/${botId}/memories/export`,
        query: { format: "agent-memory" },
        ...options,
      }),
    importMemories: (botId: BotId, file: MemoryImport) =>
      send<ImportReport>({ method: "POST", path: `/v1/bots/${botId}/memories/import`, body: file }),
    /** By label. */
    blocks: (botId: BotId, options?: CallOptions) =>
      send<Page<Block>>({ method: "GET", path: `/v1/bots/${botId}/blocks`, ...options }),
    block: (botId: BotId, label: string, options?: CallOptions) =>
      send<Block>({ method: "GET", path: `/v1/bots/${botId}/blocks/${label}`, ...options }),
    /** `conflict` when the block is not at `ifVersion`. */
    putBlock: (botId: BotId, label: string, put: BlockPut) =>
      send<Block>({ method: "PUT", path: `/v1/bots/${botId}/blocks/${label}`, body: put }),
    deleteBlock: (botId: BotId, label: string) =>
      send<void>({ method: "DELETE", path: `/v1/bots/${botId}/blocks/${label}` }),
    /** Newest version first. */
    blockHistory: (botId: BotId, label: string, options?: CallOptions) =>
      send<Page<Block>>({ method: "GET", path: `/v1/bots/${botId}/blocks/${label}/history`, ...options }),
    grants: (botId: BotId, options?: CallOptions) =>
      send<GrantList>({ method: "GET", path: `/v1/bots/${botId}/grants`, ...options }),
    putGrants: (botId: BotId, grants: GrantList) =>
      send<GrantList>({ method: "PUT", path: `/v1/bots/${botId}/grants`, body: grants }),
  };
}
