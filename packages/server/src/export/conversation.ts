/**
 * Reads a session's transcript for an export, page by page, with secrets redacted (SE5). It ends where the transcript
 * ended when the export began. If the session is deleted in between, the export fails with an error.
 */
import type { Deps } from "@reef/engine/deps";
import { redactJson, redactSecrets } from "@reef/engine/redact/secrets";
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import { AppError } from "@reef/protocol/error";
import type { ExportedEntry } from "@reef/protocol/export";
import type { Session } from "@reef/protocol/session";
import { type IsoTime, msToIso } from "@reef/protocol/time";
import type { TurnSums } from "@reef/protocol/turn";

/** Entries in memory at a time. */
const pageSize = 100;

export interface Conversation {
  readonly session: Session;
  readonly title: string;
  readonly botName: string;
  readonly sums: TurnSums;
  readonly exportedAt: IsoTime;
  /** Increases while the entries are read. */
  redacted(): number;
  entries(): AsyncGenerator<ExportedEntry, void>;
}

export async function openConversation(deps: Deps, session: Session, bot: Bot | null): Promise<Conversation> {
  let count = 0;
  const black = <Value>({ value, count: found }: { readonly value: Value; readonly count: number }): Value => {
    count += found;
    return value;
  };
  return {
    session,
    title: black(redactSecrets(session.title)),
    botName: black(redactSecrets(bot?.name ?? "Bot")),
    sums: await deps.store.read.turnSums(session.id),
    exportedAt: msToIso(deps.clock.now()),
    redacted: () => count,
    async *entries() {
      let last = 0;
      while (last < session.lastSeq) {
        const page = await deps.store.read.entries(session.id, { after: last, limit: pageSize });
        if (page.length === 0)
          throw new AppError("not_found", `session ${session.id} was deleted while it was exported`);
        for (const entry of page) {
          if (entry.seq > session.lastSeq) return;
          const shown = black(redactJson(toExported(entry))) as ExportedEntry;
          yield { ...shown, ...(await placeInChain(deps, entry)) };
          last = entry.seq;
        }
      }
    },
  };
}

function toExported({ sessionId: _session, opaque: _opaque, ...entry }: Entry): Omit<Entry, "sessionId" | "opaque"> {
  return entry;
}

async function placeInChain({ store }: Deps, { kind, messageId }: Entry): Promise<Partial<ExportedEntry>> {
  const message = kind === "session" && messageId !== null ? await store.read.message(messageId) : null;
  return message === null ? {} : { chainId: message.chainId, hops: message.hops };
}
