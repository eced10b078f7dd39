/**
 * Lists what waits for a person's approval (ME5), to be gone through with the keys: arrows move, A approves, F forgets. Forgetting
 * can be undone, so no key asks again.
 */
import type { BotId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import { type KeyboardEvent, type ReactElement, useState } from "react";
import { type Reef, useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt, errorText } from "../../ui/attempt.ts";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Memory.module.css";
import { MemoryCard } from "./MemoryCard.tsx";
import { readMemoryAgain, useMemoryRead } from "./use-memory-events.ts";

const most = 100;

export function WaitingView({ botId }: { readonly botId: BotId }): ReactElement | null {
  const reef = useReef();
  const { data, error } = useMemoryRead(botId, {
    part: ["unapproved"],
    read: (client) => client.memories(botId, { unapproved: true, limit: most }),
  });
  const waiting = useWaitingCount(botId);
  const [at, setAt] = useState(0);
  if (error) return <p className={styles.none}>Couldn't load it: {errorText(error)}</p>;
  if (!data) return null;
  const { items } = data;
  if (items.length === 0) return <p className={styles.hint}>Nothing is waiting for your approval.</p>;
  const current = Math.min(at, items.length - 1);
  const press = (event: KeyboardEvent<HTMLOListElement>): void => {
    const card = (event.target as HTMLElement).closest("[data-memory]");
    // A key pressed in a field or on a button of the card belongs to that.
    if (card === null || card !== event.target || event.altKey || event.ctrlKey || event.metaKey) return;
    const place = items.findIndex(({ id }) => id === card.getAttribute("data-memory"));
    const memory = items[place];
    if (memory === undefined) return;
    const cards = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-memory]")];
    const act = actByKey[event.key.toLowerCase()];
    const step = stepByKey[event.key];
    if (act === undefined && step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (step !== undefined) focusCard(cards, place + step);
    if (act === undefined || event.repeat) return;
    // The card goes away with its answer, so the next one gets the focus first.
    focusCard(cards, place + 1 < cards.length ? place + 1 : place - 1);
    void act(reef, memory);
  };
  return (
    <>
      <p className={styles.hint}>
        They are not used in your chats until you approve them.
        <span className={styles.keys}>
          {" "}
          Keys: <kbd>↑</kbd> <kbd>↓</kbd> move, <kbd>A</kbd> approve, <kbd>F</kbd> forget.
        </span>
      </p>
      <ol className={shapes.bare} aria-label="Waiting for your approval, newest first" onKeyDown={press}>
        {items.map((memory, place) => (
          <MemoryCard
            key={memory.id}
            memory={memory}
            botId={botId}
            tabIndex={place === current ? 0 : -1}
            onFocus={() => setAt(place)}
          />
        ))}
      </ol>
      {waiting !== null && waiting > items.length && (
        <p className={styles.hint}>
          {items.length} of {waiting} are shown. The others follow as you decide.
        </p>
      )}
    </>
  );
}

/** Returns how many memories of the bot wait for approval; null until it is known. */
export function useWaitingCount(botId: BotId): number | null {
  const { data } = useMemoryRead(botId, { part: ["stats"], read: (client) => client.memoryStats(botId) });
  return data?.unapproved ?? null;
}

const stepByKey: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

const actByKey: Readonly<Record<string, (reef: Reef, memory: Memory) => Promise<void>>> = {
  a: (reef, memory) =>
    change(reef, memory, { patch: { approved: true }, done: "Approved.", undo: { approved: false } }),
  f: (reef, memory) =>
    change(reef, memory, { patch: { archived: true }, done: "Forgotten.", undo: { archived: false } }),
};

function focusCard(cards: readonly HTMLElement[], place: number): void {
  const card = cards[Math.max(0, Math.min(place, cards.length - 1))];
  card?.focus();
  card?.scrollIntoView({ block: "nearest" });
}

interface Change {
  readonly patch: { readonly approved?: boolean; readonly archived?: boolean };
  readonly done: string;
  readonly undo: Change["patch"];
}

async function change(reef: Reef, { id, botId }: Memory, { patch, done, undo }: Change): Promise<void> {
  const apply = (fields: Change["patch"]): Promise<unknown> =>
    attempt(reef, "Couldn't change it", async () => {
      await wholeClient(reef.client).changeMemory(id, fields);
      readMemoryAgain(reef.queryClient, botId);
      if (fields === patch) reef.toasts.show({ text: done, action: { label: "Undo", run: () => void apply(undo) } });
    });
  await apply(patch);
}
