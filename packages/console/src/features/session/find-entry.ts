/** Finds one entry of a session of any length by its time: times rise with sequence numbers, so it is bisected. */
import type { CoreClient } from "@reef/client/core-client";
import type { Entry } from "@reef/protocol/entry";
import type { SessionId } from "@reef/protocol/ids";

export interface SoughtEntry {
  readonly sessionId: SessionId;
  /** When it was committed. */
  readonly at: string;
  readonly isIt: (entry: Entry) => boolean;
}

/** Entries of one commit share their time, so the entry may be a little before or after that position. */
const around = 60;

/**
 * Returns the newest matching entry at or before the time; without one, the last entry up to then. Null in an empty
 * session.
 */
export async function findEntry(client: Pick<CoreClient, "entries">, sought: SoughtEntry): Promise<Entry | null> {
  const { items: newest } = await client.entries(sought.sessionId, { limit: around });
  const [first] = newest;
  if (!first) return null;
  if (first.at <= sought.at || first.seq === 1) return pick(newest, sought);
  const after = await firstSeqAfter(client, { ...sought, endSeq: first.seq });
  const { items } = await client.entries(sought.sessionId, { before: after + around / 2, limit: around });
  return pick(items, sought);
}

function pick(entries: readonly Entry[], { at, isIt }: SoughtEntry): Entry | null {
  return (
    entries.findLast((entry) => entry.at <= at && isIt(entry)) ??
    entries.find((entry) => entry.at > at && isIt(entry)) ??
    entries.findLast((entry) => entry.at <= at) ??
    entries[0] ??
    null
  );
}

/** Returns the first sequence number whose entry is later; `endSeq` is known to be. */
async function firstSeqAfter(
  client: Pick<CoreClient, "entries">,
  { sessionId, at, endSeq }: SoughtEntry & { readonly endSeq: number },
): Promise<number> {
  let [low, high] = [1, endSeq];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { items } = await client.entries(sessionId, { after: middle - 1, limit: 1 });
    if (items[0] && items[0].at <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
