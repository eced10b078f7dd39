/**
 * Finds text in the transcript: the list is virtual, so the browser's own find sees only what is on screen. It begins
 * at the newest text and goes back in time; what is older than the loaded part is read as far as needed.
 */
import type { Client } from "@reef/client/client";
import type { SessionId } from "@reef/protocol/ids";
import { ArrowDown, ArrowUp, X } from "lucide";
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import type { EntryWindow } from "../../data/cache.ts";
import { isWriting } from "../../data/keys/match-key.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import type { EntryTarget } from "../session/entry-address.ts";
import styles from "./FindBar.module.css";
import { findInEntries, foldQuery, nextHit } from "./find-in-entries.ts";
import { highlightWords } from "./highlight-words.ts";

export interface FindBarProps {
  readonly sessionId: SessionId;
  readonly window: EntryWindow;
  readonly onShow: (target: EntryTarget) => void;
}

const searchAfterMs = 150;
const olderPage = 1000;

export function FindBar({ sessionId, window: entryWindow, onShow }: FindBarProps): ReactElement {
  const reef = useReef();
  const bar = useRef<HTMLElement>(null);
  const [query, setQuery] = useState("");
  const [current, setCurrent] = useState<number | null>(null);
  /** Whether older text is being read for the query, or was read to its start without a hit. */
  const [older, setOlder] = useState<"unread" | "reading" | "none">("unread");
  const folded = foldQuery(query);
  const hits = useMemo(() => findInEntries(entryWindow.items, folded), [entryWindow.items, folded]);
  const state = useRef({ hits, current, entryWindow });
  state.current = { hits, current, entryWindow };
  const search = useRef(new AbortController());

  const show = (seq: number): void => {
    setCurrent(seq);
    onShow({ seq });
  };

  const goOlder = async (signal: AbortSignal): Promise<boolean> => {
    const before = state.current.entryWindow.items[0]?.seq ?? 1;
    if (state.current.entryWindow.atStart || before <= 1) return false;
    setOlder("reading");
    const seq = await findOlder(wholeClient(reef.client), { sessionId, before, folded, signal });
    if (signal.aborted) return true;
    setOlder(seq === null ? "none" : "unread");
    if (seq !== null) show(seq);
    return seq !== null;
  };

  const go = (step: -1 | 1): void => {
    if (folded === "") return;
    search.current.abort();
    search.current = new AbortController();
    const { signal } = search.current;
    void attempt(reef, "Couldn't keep searching", async () => {
      const { hits: known, current: from } = state.current;
      const isAtOldest = step === -1 && !known.some((seq) => from === null || seq < from);
      if (isAtOldest && older !== "none" && (await goOlder(signal))) return;
      const next = nextHit(known, { from, step });
      if (next !== null) show(next);
    });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new query starts a search; everything else is read at that moment
  useEffect(() => {
    setCurrent(null);
    setOlder("unread");
    const timer = setTimeout(() => {
      state.current.current = null;
      go(-1);
    }, searchAfterMs);
    return () => {
      clearTimeout(timer);
      search.current.abort();
    };
  }, [folded]);

  useEffect(() => {
    // Of its own session: several may be side by side.
    const root = bar.current?.parentElement?.querySelector("[role=log]");
    if (!root) return;
    const stop = new AbortController();
    highlightWords(root, folded, stop.signal);
    return () => stop.abort();
  }, [folded]);

  const close = (): void => {
    const composer = bar.current?.parentElement?.querySelector<HTMLElement>("[data-composer]");
    reef.finding.set(null);
    composer?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isWriting(event.nativeEvent)) return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      go(event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(event.shiftKey ? 1 : -1);
    }
  };
  return (
    <search ref={bar} className={styles.bar} aria-label="Find in the transcript">
      <input
        // biome-ignore lint/a11y/noAutofocus: a person pressed the key for it
        autoFocus
        className={styles.field}
        value={query}
        placeholder="Find in this session"
        aria-label="Words to find"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <span className={styles.count} role="status">
        {wordsFor({ folded, hits, current, older, atStart: entryWindow.atStart })}
      </span>
      <Button look="quiet" isSquare aria-label="Previous, older (Enter)" title="Older (Enter)" onClick={() => go(-1)}>
        <Icon icon={ArrowUp} size={14} />
      </Button>
      <Button
        look="quiet"
        isSquare
        aria-label="Next, newer (Shift+Enter)"
        title="Newer (Shift+Enter)"
        onClick={() => go(1)}
      >
        <Icon icon={ArrowDown} size={14} />
      </Button>
      <Button look="quiet" isSquare aria-label="Close (Esc)" title="Close (Esc)" onClick={close}>
        <Icon icon={X} size={14} />
      </Button>
    </search>
  );
}

/** Returns the newest hit before a number, read page by page; null when there is none up to the start. */
async function findOlder(
  client: Client,
  {
    sessionId,
    before,
    folded,
    signal,
  }: {
    readonly sessionId: SessionId;
    readonly before: number;
    readonly folded: string;
    readonly signal: AbortSignal;
  },
): Promise<number | null> {
  for (let first = before; first > 1 && !signal.aborted; ) {
    const { items } = await client.entries(sessionId, { before: first, limit: olderPage });
    const hit = findInEntries(items, folded).at(-1);
    if (hit !== undefined) return hit;
    first = items[0]?.seq ?? 1;
  }
  return null;
}

function wordsFor({
  folded,
  hits,
  current,
  older,
  atStart,
}: {
  readonly folded: string;
  readonly hits: readonly number[];
  readonly current: number | null;
  readonly older: "unread" | "reading" | "none";
  readonly atStart: boolean;
}): string {
  if (folded === "") return "";
  if (older === "reading") return "Reading older…";
  // Hits before the loaded part are not counted.
  const more = atStart || older === "none" ? "" : "+";
  if (hits.length === 0) return more ? "…" : "No results";
  const place = current === null ? -1 : hits.indexOf(current);
  return place < 0 ? `${hits.length}${more}` : `${hits.length - place} of ${hits.length}${more}`;
}
