/** Reads a transcript of a gateway: one page of it, or back from its newest row to a known one. */
import { type GatewayConnection, GatewayError } from "../connection.ts";
import { HistoryPage, placeOf, TranscriptRow } from "./transcript-row.ts";

export interface RowPage {
  /** Ascending. */
  readonly rows: readonly TranscriptRow[];
  /** The gateway begins a new one when it resets a session; places then start again. */
  readonly sessionId: string;
  readonly total: number;
  /** Offset, from the newest row, of the page before this one; null at the start. */
  readonly older: number | null;
}

export interface PageOptions {
  readonly key: string;
  readonly limit: number;
  /** Rows to leave out at the end. */
  readonly offset?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Requests whole texts: by default a gateway cuts them after some thousand characters. */
const maxChars = 500_000;
const pageLimit = 200;
/** A long page of a busy gateway takes a while. */
const timeoutMs = 60_000;
/** The most rows of one transcript held together; the newest count. */
const maxRows = 50_000;

/** Rejects with a `GatewayError`. A row that cannot be read is left out. */
export async function readPage(
  connection: GatewayConnection,
  { key, limit, offset = 0, signal }: PageOptions,
): Promise<RowPage> {
  const params = { sessionKey: key, limit, maxChars, ...(offset > 0 && { offset }) };
  const answer = await connection.request("chat.history", params, { timeoutMs, ...(signal && { signal }) });
  const page = HistoryPage.safeParse(answer);
  if (!page.success) throw new GatewayError("malformed", "chat.history: its answer cannot be read");
  const { messages, sessionId, totalMessages, nextOffset, hasMore } = page.data;
  const rows = messages.flatMap((message) => {
    const row = TranscriptRow.safeParse(message);
    return row.success ? [row.data] : [];
  });
  const older = hasMore === true ? (nextOffset ?? offset + messages.length) : null;
  return {
    rows,
    sessionId: sessionId ?? "",
    total: totalMessages ?? offset + messages.length,
    // A gateway that claims more rows and returns none would be asked forever.
    older: messages.length === 0 ? null : older,
  };
}

export interface Since {
  readonly sessionId: string;
  readonly place: number;
}

export interface NewRows {
  /** Ascending, all after `since`. */
  readonly rows: readonly TranscriptRow[];
  readonly sessionId: string;
}

/** Returns the rows after `since`; all rows when it is null or from a transcript that was replaced. */
export async function readSince(
  connection: GatewayConnection,
  options: {
    readonly key: string;
    readonly since: Since | null;
    readonly signal: AbortSignal;
    readonly onRead?: (rows: number, total: number) => void;
  },
): Promise<NewRows> {
  const { key, since, signal, onRead } = options;
  const pages: (readonly TranscriptRow[])[] = [];
  let held = 0;
  let sessionId = "";
  for (let offset: number | null = 0; offset !== null && held < maxRows; ) {
    const limit = since === null ? pageLimit : Math.min(pageLimit, offset === 0 ? 50 : pageLimit);
    const page: RowPage = await readPage(connection, { key, limit, offset, signal });
    // The transcript was replaced while it was read: start over with the new one.
    if (sessionId !== "" && page.sessionId !== sessionId) return readSince(connection, { ...options, since: null });
    sessionId = page.sessionId;
    const isSame = since !== null && since.sessionId === sessionId;
    const fresh = isSame ? page.rows.filter((row) => placeOf(row) > since.place) : page.rows;
    pages.push(fresh);
    held += fresh.length;
    onRead?.(held, page.total);
    offset = fresh.length < page.rows.length ? null : page.older;
  }
  return { rows: withoutRepeats(pages.reverse().flat()), sessionId };
}

/** New rows have moved the pages while they were read: some rows were read twice. */
function withoutRepeats(rows: readonly TranscriptRow[]): readonly TranscriptRow[] {
  const seen = new Set<string>();
  return rows.filter(({ __openclaw: { id } }) => {
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}
