/** Keeps the entries of the in-memory store. */
import type { Entry } from "@reef/protocol/entry";
import type { SessionId } from "@reef/protocol/ids";
import { previewText } from "../file/preview.ts";
import { givenFields } from "../given-fields.ts";
import type { EntrySeed } from "../port/unit.ts";
import { assertNew, get, type ModelState, type ModelWork, withoutOpaque } from "./state.ts";
import { assertFiles } from "./stored-files.ts";

export function appendEntry(work: ModelWork, seed: EntrySeed): void {
  const { state, at, events } = work;
  const session = get(state.sessions, seed.sessionId);
  const entries = entriesOf(state, seed.sessionId);
  if (seed.externalId !== undefined && entries.some(({ externalId }) => externalId === seed.externalId)) return;
  const known = [...state.entries.values()].flat();
  assertNew(
    known.some(({ id, messageId }) => id === seed.id || (messageId !== null && messageId === seed.messageId)),
    seed.id,
  );
  assertFiles(work, seed.attachments);
  const blank = { messageId: null, turnId: null, from: null, tool: null, notice: null, partial: false };
  const entry = { ...blank, at, ...givenFields(seed), seq: entries.length + 1 };
  state.entries.set(session.id, [...entries, entry]);
  const lastAt = entries.length === 0 || entry.at > session.lastAt ? entry.at : session.lastAt;
  const preview = previewText(seed);
  const lastText = preview === "" ? session.lastText : preview;
  state.sessions.set(session.id, { ...session, lastText, lastAt, updatedAt: at });
  events.push({ type: "entry.created", entry: withoutOpaque(entry) });
}

export function entriesOf(state: ModelState, id: SessionId): readonly Entry[] {
  return state.entries.get(id) ?? [];
}
