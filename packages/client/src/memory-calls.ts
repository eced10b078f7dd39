/** Calls about what bots know. */
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
  /** All but this kind. */
  readonly without?: MemoryKind;
}

interface MemoryPage {
  readonly limit?: number;
  readonly cursor?: string | null;
}

export function memoryCalls(send: Send) {
  return {
    /** The memory that says it: the one that is there when it was known already (ME3). */
    remember: (botId: BotId, memory: NewMemory) =>
      send<Memory>({ method: "POST", path: `/v1/bots/${botId}/memories`, body: memory }),
    /** At most 1,000, written together or not at all; answered in the same order. */
    rememberAll: (botId: BotId, items: readonly NewMemory[]) =>
      send<{ readonly items: readonly Memory[] }>({
        method: "POST",
        path: `/v1/bots/${botId}/memories`,
        body: { items },
      }),
    /** Newest change first; active ones when no state is asked for. */
    memories: (botId: BotId, query: MemoryFilter & MemoryPage = {}, options?: CallOptions) =>
      send<Page<Memory>>({ method: "GET", path: `/v1/bots/${botId}/memories`, query: { ...query }, ...options }),
    /** Best first, each with why it was found (ME8). */
    searchMemories: (botId: BotId, query: SearchQuery, options?: CallOptions) =>
      send<MemorySearch>({ method: "GET", path: `/v1/bots/${botId}/memories/search`, query: { ...query }, ...options }),
    memoryStats: (botId: BotId, options?: CallOptions) =>
      send<MemoryStats>({ method: "GET", path: `/v1/bots/${botId}/memories/stats`, ...options }),
    memory: (id: MemoryId, options?: CallOptions) =>
      send<Memory>({ method: "GET", path: `/v1/memories/${id}`, ...options }),
    /** Who sent the messages that it was made of; empty where nobody knows any more. */
    memorySenders: (id: MemoryId, options?: CallOptions) =>
      send<{ readonly items: readonly Sender[] }>({ method: "GET", path: `/v1/memories/${id}/senders`, ...options }),
    /** With a new text, answers the memory that took its place (ME4). */
    changeMemory: (id: MemoryId, patch: MemoryPatch) =>
      send<Memory>({ method: "PATCH", path: `/v1/memories/${id}`, body: patch }),
    /** Put away for 30 days, or with `hard` gone for good. */
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
