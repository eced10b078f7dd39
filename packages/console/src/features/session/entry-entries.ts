/** Builds the menu of one entry: its text, its address, another version of it, a new session that continues from it. */
import type { Entry } from "@reef/protocol/entry";
import type { SessionId } from "@reef/protocol/ids";
import { createElement } from "react";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { newIdempotencyKey } from "../../ui/ids.ts";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import type { Router } from "../../ui/router.tsx";
import { CallUsage } from "../turn/CallUsage.tsx";
import { copyText } from "./copy-text.ts";
import { entryHash } from "./entry-address.ts";
import { answerMarkdown, entriesToMarkdown, selectedSeqs } from "./entry-markdown.ts";
import { canRewind, entriesOf, isOwnMessage, lastOwnMessage, rewind, whatItReplaces } from "./rewinding.ts";
import { takeSession } from "./session-actions.ts";
import type { TranscriptRow } from "./transcript-rows.ts";

interface EntryInTranscript {
  readonly sessionId: SessionId;
  readonly row: TranscriptRow;
  readonly seq: number;
  readonly router: Router;
}

export function entryEntries(reef: Reef, { sessionId, row, seq, router }: EntryInTranscript): readonly MenuEntry[] {
  // A call without its result would leave the copy with an open end.
  const throughSeq = row.type === "tool" ? Math.max(seq, row.result?.seq ?? 0) : seq;
  const fork = (): void =>
    void attempt(reef, "Couldn't fork it", async () => {
      const session = await reef.client.forkSession(sessionId, { throughSeq });
      takeSession(reef, session);
      router.navigate({ to: "/s/$sessionId", params: { sessionId: session.id } });
    });
  const entry = row.type === "entry" ? row.entry : null;
  const anew = entry === null ? [] : rewindEntries(reef, sessionId, entry);
  return [
    ...anew,
    ...(anew.length > 0 ? [{ type: "line" as const, key: "line-anew" }] : []),
    ...copyEntries(reef, sessionId, row),
    {
      type: "item",
      key: "link",
      label: "Copy link",
      run: () => copyText(reef, `${location.origin}/s/${sessionId}#${entryHash(seq)}`, "Link copied"),
    },
    { type: "line", key: "line" },
    { type: "item", key: "fork", label: "Fork from here", run: fork },
    ...usageNote(entry),
  ];
}

/** A person's own message can be edited; the latest answer can be regenerated. */
function rewindEntries(reef: Reef, sessionId: SessionId, entry: Entry): readonly MenuEntry[] {
  if (!canRewind(reef, sessionId) || entry.replacedBy !== undefined) return [];
  if (isOwnMessage(entry)) {
    const edit = (): void => afterMenu(() => reef.editing.set(entry.id));
    return [{ type: "item", key: "edit", label: "Edit", run: edit }];
  }
  const entries = entriesOf(reef, sessionId);
  const asked = lastOwnMessage(entries);
  const isAnswer = entry.kind === "bot" || (entry.kind === "notice" && isEnd(entry));
  if (!isAnswer || asked === null || entry.seq < asked.seq) return [];
  return [{ type: "item", key: "regenerate", label: "Regenerate", run: () => regenerate(reef, sessionId, asked) }];
}

/**
 * Runs after the menu has given focus back, which it does in a task of its own: it would otherwise take it from the
 * opened part.
 */
function afterMenu(run: () => void): void {
  setTimeout(() => setTimeout(run, 0), 0);
}

/** True for a notice in place of an answer. */
function isEnd({ notice }: Entry): boolean {
  return notice?.type === "failed" || notice?.type === "cancelled" || notice?.type === "interrupted";
}

function regenerate(reef: Reef, sessionId: SessionId, asked: Entry): void {
  // What tools did is not undone, so a person is asked first.
  if (whatItReplaces(entriesOf(reef, sessionId), asked).tools.length > 0) {
    afterMenu(() => reef.panel.set({ type: "regenerate", sessionId, entry: asked }));
    return;
  }
  const request = { beforeEntryId: asked.id, mode: "interrupt" as const };
  void attempt(reef, "Couldn't regenerate", () => rewind(reef, sessionId, request, newIdempotencyKey()));
}

function copyEntries(reef: Reef, sessionId: SessionId, row: TranscriptRow): readonly MenuEntry[] {
  const text = textOf(row);
  const entries = entriesOf(reef, sessionId);
  const whole = row.type === "entry" ? answerMarkdown(entries, row.entry) : "";
  const selected = selectedSeqs();
  const item = (key: string, label: string, copied: string): MenuEntry => ({
    type: "item",
    key,
    label,
    run: () => copyText(reef, copied, "Copied"),
  });
  return [
    ...(text === "" ? [] : [item("text", row.type === "entry" ? "Copy as Markdown" : "Copy text", text)]),
    ...(whole === "" || whole === text ? [] : [item("whole", "Copy whole answer", whole)]),
    ...(selected.length < 2
      ? []
      : [
          item(
            "selected",
            `Copy ${selected.length} selected entries`,
            entriesToMarkdown(entries.filter(({ seq }) => selected.includes(seq))),
          ),
        ]),
  ];
}

function usageNote(entry: Entry | null): readonly MenuEntry[] {
  if (entry?.kind !== "bot" || entry.turnId === null) return [];
  const label = createElement(CallUsage, { turnId: entry.turnId, entryId: entry.id });
  return [
    { type: "line", key: "line-usage" },
    { type: "note", key: "usage", label },
  ];
}

function textOf(row: TranscriptRow): string {
  if (row.type === "entry") return row.entry.text;
  if (row.type !== "tool") return "";
  const { call, result } = row;
  const input = call?.tool ? `${call.tool.name} ${JSON.stringify(call.tool.input ?? {}, null, 2)}` : "";
  return [input, result?.text ?? ""].filter(Boolean).join("\n\n");
}
