/**
 * Lists what the bot knows, newest first: facts and other things made from talk, or the lines of talk themselves. A query
 * replaces the list by its results, best first, and why they were found.
 */
import type { BotId } from "@reef/protocol/ids";
import type { MemoryKind, MemoryState } from "@reef/protocol/memory";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import form from "../../ui/Form.module.css";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Memory.module.css";
import { MemoryCard } from "./MemoryCard.tsx";
import { MemoryText } from "./MemoryText.tsx";
import { wordByKind } from "./memory-words.ts";
import { memoryKey, memoryRead, useMemoryRead } from "./use-memory-events.ts";
import type { ViewProps } from "./view-props.ts";
import { useWaitingCount, WaitingView } from "./WaitingView.tsx";
import { WhyView } from "./WhyView.tsx";

const pageSize = 50;
const hits = 20;
const typingMs = 150;
const factKinds = (Object.keys(wordByKind) as MemoryKind[]).filter((kind) => kind !== "entry");

const states: readonly { readonly state: MemoryState; readonly label: string }[] = [
  { state: "active", label: "In use" },
  { state: "all", label: "Any state" },
  { state: "archived", label: "Archived" },
  { state: "superseded", label: "Replaced" },
  { state: "suggested", label: "Suggested" },
];

/** Not a state of its own: memories in use, but in no prompt of a person's chat before they are approved. */
type Listed = MemoryState | "waiting";

interface Choice {
  readonly state: Listed;
  readonly kind: MemoryKind | "";
}

interface StateChoice extends Choice {
  readonly state: MemoryState;
}

/** The kind of memories in a view. */
type Shown = "facts" | "lines";

const filterByShown = { facts: { without: "entry" }, lines: { kind: "entry" } } as const;

/** Shows facts, notes, summaries and documents, with the blocks above them. */
export function FactsView({ bot, session }: ViewProps): ReactElement {
  return (
    <>
      <PinnedBlocks bot={bot} session={session} />
      <KnownView bot={bot} shown="facts" />
    </>
  );
}

/** Shows what was said, word for word. */
export function LinesView({ bot }: ViewProps): ReactElement {
  return <KnownView bot={bot} shown="lines" />;
}

function PinnedBlocks({ bot }: ViewProps): ReactElement | null {
  const { data } = useMemoryRead(bot.id, { part: ["blocks"], read: (client) => client.blocks(bot.id) });
  const blocks = (data?.items ?? []).filter(({ text }) => text.trim() !== "");
  if (blocks.length === 0) return null;
  return (
    <section className={styles.always} aria-label="Blocks in every prompt">
      {blocks.map(({ label, text }) => (
        <details key={label} open={blocks.length <= 3}>
          <summary>
            <span className={styles.label}>{label}</span> <span className={styles.hint}>in every prompt</span>
          </summary>
          <MemoryText text={text} />
        </details>
      ))}
    </section>
  );
}

function KnownView({ bot, shown }: { readonly bot: ViewProps["bot"]; readonly shown: Shown }): ReactElement {
  const [question, setQuestion] = useState("");
  const [choice, setChoice] = useState<Choice>({ state: "active", kind: "" });
  const asked = useSettled(question.trim());
  const waiting = useWaitingCount(bot.id) ?? 0;
  // Each line is not asked about (ME5).
  const waitingChoice =
    shown === "facts" ? [["waiting", `Waiting for approval${waiting > 0 ? ` (${waiting})` : ""}`] as const] : [];
  return (
    <section aria-label={`What ${bot.name} remembers`}>
      <div className={styles.finder}>
        <input
          type="search"
          className={form.input}
          aria-label="Search this memory"
          dir="auto"
          placeholder={`Search what ${bot.name} remembers`}
          maxLength={2000}
          value={question}
          onChange={(event) => setQuestion(event.target.value)}
        />
        <div className={styles.filters}>
          {asked === "" && (
            <Select
              options={[...states.map(({ state, label }) => [state, label] as const), ...waitingChoice]}
              aria-label="State"
              value={choice.state}
              onChoose={(chosen) => setChoice({ ...choice, state: chosen })}
            />
          )}
          {shown === "facts" && (choice.state !== "waiting" || asked !== "") && (
            <Select
              options={[["", "Any kind"], ...factKinds.map((kind) => [kind, wordByKind[kind]] as const)]}
              aria-label="Kind"
              value={choice.kind}
              onChoose={(chosen) => setChoice({ ...choice, kind: chosen })}
            />
          )}
        </div>
      </div>
      {asked === "" && choice.state === "waiting" && <WaitingView botId={bot.id} />}
      {asked === "" && choice.state !== "waiting" && (
        <Newest botId={bot.id} choice={{ ...choice, state: choice.state }} shown={shown} />
      )}
      {asked !== "" && <Found botId={bot.id} question={asked} kind={choice.kind} shown={shown} />}
    </section>
  );
}

function Newest({
  botId,
  choice,
  shown,
}: {
  readonly botId: BotId;
  readonly choice: StateChoice;
  readonly shown: Shown;
}): ReactElement | null {
  const { client, reads } = useReef();
  const { state, kind } = choice;
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: memoryKey(botId, "list", shown, state, kind),
    queryFn: async ({ pageParam }) => {
      await reads.whenSubscribed();
      return wholeClient(client).memories(botId, {
        state,
        limit: pageSize,
        cursor: pageParam,
        ...kindFilter(shown, kind),
      });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    ...memoryRead,
  });
  if (error) return <p className={styles.none}>Couldn't load the memory: {errorText(error)}</p>;
  if (!data) return null;
  const memories = data.pages.flatMap(({ items }) => items);
  if (memories.length === 0) return <p className={styles.none}>{emptyText(choice, shown)}</p>;
  return (
    <>
      <ol className={shapes.bare} aria-label="Memories, newest first">
        {memories.map((memory) => (
          <MemoryCard key={memory.id} memory={memory} botId={botId} />
        ))}
      </ol>
      {hasNextPage && (
        <div className={styles.more}>
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? "Reading…" : "Show older"}
          </Button>
        </div>
      )}
    </>
  );
}

function kindFilter(shown: Shown, kind: Choice["kind"]): { readonly kind?: MemoryKind; readonly without?: MemoryKind } {
  return kind === "" ? filterByShown[shown] : { kind };
}

function emptyText({ state, kind }: StateChoice, shown: Shown): string {
  if (kind !== "" || state !== "active") return "No memories match.";
  if (shown === "lines") return "Nothing yet. What is said in the bot’s sessions appears here after each turn.";
  return "Nothing yet. What the bot saves, and what you accept for it, appears here.";
}

interface FoundProps {
  readonly botId: BotId;
  readonly question: string;
  readonly kind: MemoryKind | "";
  readonly shown: Shown;
}

function Found({ botId, question, kind, shown }: FoundProps): ReactElement | null {
  const { data, error } = useMemoryRead(botId, {
    part: ["search", question, shown, kind],
    read: (client) => client.searchMemories(botId, { q: question, k: hits, ...kindFilter(shown, kind) }),
  });
  if (error) return <p className={styles.none}>Couldn't search: {errorText(error)}</p>;
  if (!data) return <p className={styles.none}>Searching…</p>;
  if (data.items.length === 0) {
    return (
      <>
        <p className={styles.none}>Nothing in memory matches that.</p>
        <Degraded note={data.degraded} />
      </>
    );
  }
  return (
    <>
      <p className={styles.sums} role="status">
        {data.items.length} found, best first
      </p>
      <Degraded note={data.degraded} />
      <ol className={shapes.bare} aria-label="Memories found, best first">
        {data.items.map(({ memory, score, why }) => (
          <MemoryCard key={memory.id} memory={memory} botId={botId}>
            <WhyView score={score} why={why} />
          </MemoryCard>
        ))}
      </ol>
    </>
  );
}

function Degraded({ note }: { readonly note: string | null }): ReactElement | null {
  return note === null ? null : <p className={styles.sums}>{`${note.charAt(0).toUpperCase()}${note.slice(1)}.`}</p>;
}

/** Returns the value once it has not changed for a moment, so that not every letter is a search. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value === "" ? 0 : typingMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
