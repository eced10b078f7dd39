/** Shows what the session's newest turn was given of the bot's memory, and why (ME8). */
import { AppError } from "@reef/protocol/error";
import type { MemoryId } from "@reef/protocol/ids";
import type { Memory, Recalled } from "@reef/protocol/memory";
import type { Turn } from "@reef/protocol/turn";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { type Reef, useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, timeOfDay } from "../../ui/time.ts";
import { turnsQuery } from "../turn/turn-queries.ts";
import styles from "./Memory.module.css";
import { MemoryCard } from "./MemoryCard.tsx";
import { useMemoryRead } from "./use-memory-events.ts";
import type { ViewProps } from "./view-props.ts";
import { WhyView } from "./WhyView.tsx";

export function UsedView({ bot, session }: ViewProps): ReactElement | null {
  const { reads } = useReef();
  const { data: turns, error } = useQuery(turnsQuery(reads, session.id));
  if (error) return <p className={styles.none}>Couldn't load the turns: {errorText(error)}</p>;
  if (!turns) return null;
  const [newest] = turns;
  if (!newest) return <p className={styles.none}>No turns yet. The memories a turn used appear here.</p>;
  return <UsedIn turn={newest} botId={bot.id} />;
}

interface Used {
  readonly recalled: Recalled;
  /** Null when it was deleted since, or its bot no longer shares it. */
  readonly memory: Memory | null;
}

function UsedIn({ turn, botId }: { readonly turn: Turn; readonly botId: Memory["botId"] }): ReactElement | null {
  const { data: used, error } = useMemoryRead(botId, {
    part: ["used", turn.id, turn.state, String(turn.steps)],
    read: (client) => readUsed(client, turn),
  });
  if (error) return <p className={styles.none}>Couldn't load what the turn used: {errorText(error)}</p>;
  if (!used) return null;
  const when = (
    <time dateTime={turn.startedAt} title={absoluteTime(turn.startedAt)}>
      {timeOfDay(turn.startedAt)}
    </time>
  );
  if (used.length === 0) {
    return (
      <p className={styles.none}>
        No memories were used in the last turn ({when}). The session's own messages are already in its prompt, and no
        other memory matched.
      </p>
    );
  }
  return (
    <section aria-label="Used in the last turn">
      <p className={styles.sums}>
        {used.length} for the turn of {when}, best first
      </p>
      <ol className={shapes.bare}>
        {used.map(({ recalled, memory }) =>
          memory ? (
            <MemoryCard key={recalled.memoryId} memory={memory} botId={botId}>
              <WhyView score={recalled.score} why={recalled.why} />
            </MemoryCard>
          ) : (
            <li key={recalled.memoryId} className={styles.card}>
              <p className={styles.hint}>This memory has been deleted.</p>
              <WhyView score={recalled.score} why={recalled.why} />
            </li>
          ),
        )}
      </ol>
    </section>
  );
}

async function readUsed(client: Reef["client"], turn: Turn): Promise<readonly Used[]> {
  const { recalled } = await client.turn(turn.id);
  const read = async (id: MemoryId): Promise<Memory | null> => {
    try {
      return await wholeClient(client).memory(id);
    } catch (error) {
      if (error instanceof AppError && error.code === "not_found") return null;
      throw error;
    }
  };
  return Promise.all(recalled.map(async (one) => ({ recalled: one, memory: await read(one.memoryId) })));
}
