/** Reads the versions of one memory, oldest first: back by what it was made of, forward by what replaced it (ME4). */
import type { Client } from "@reef/client/client";
import { AppError } from "@reef/protocol/error";
import type { MemoryId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";

/** Each step is a read; older versions than this are left out. */
const longest = 50;

export async function readHistory(client: Pick<Client, "memory">, memory: Memory): Promise<readonly Memory[]> {
  const versions = [memory];
  const seen = new Set<MemoryId>([memory.id]);
  const take = async (id: MemoryId | null | undefined): Promise<Memory | null> => {
    if (!id || seen.has(id) || versions.length >= longest) return null;
    seen.add(id);
    return readKept(client, id);
  };
  for (let at: Memory | null = memory; at !== null; ) {
    const before: Memory | null = at.source.kind === "memories" ? await take(at.source.ids[0]) : null;
    // A summary is made of memories that it does not replace.
    at = before !== null && before.supersededBy === at.id ? before : null;
    if (at) versions.unshift(at);
  }
  for (let at: Memory | null = memory; at !== null; ) {
    at = await take(at.supersededBy);
    if (at) versions.push(at);
  }
  return versions;
}

/** Returns null when it was deleted for good. */
export async function readKept(client: Pick<Client, "memory">, id: MemoryId): Promise<Memory | null> {
  try {
    return await client.memory(id);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}
