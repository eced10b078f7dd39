/** What the session's newest turn was given of the bot's memory, and why each of it (ME8). */
import { AppError } from "@reef/protocol/error";
import type { MemoryId } from "@reef/protocol/ids";
import type { Memory, Recalled } from "@reef/protocol/memory";
import type { Turn } from "@reef/protocol/turn";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { type Reef, useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
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
  if (!newest) return <p className={styles.none}>No turn yet. What a turn is given of the memory stands here.</p>;
  return <UsedIn turn={newest} botId={bot.id} />;
}

interface Used {
  readonly recalled: Recalled;
  /** Null when it was deleted since, or its bot no longer lets it be read. */
  readonly memory: Memory | null;
}

function UsedIn({ turn, botId }: { readonly turn: Turn; readonly botId: Memory["botId"] }): ReactElement | null {
  const { data: used, error } = useMemoryRead(botId, {
    part: ["used", turn.id, turn.state, String(turn.steps)],
    read: (client) => readUsed(client, turn),
  });
  if (error) return <p className={styles.none}>Couldn't load what the turn was given: {errorText(error)}</p>;
  if (!used) return null;
  const when = (
    <time dateTime={turn.startedAt} title={absoluteTime(turn.startedAt)}>
      {timeOfDay(turn.startedAt)}
    </time>
  );
  if (used.length === 0) {
    return (
      <p className={styles.none}>
        The newest turn ({when}) was given nothing of the memory. A session's own lines stand in its prompt already, and
        nothing else fitted.
      </p>
    );
  }
  return (
    <section aria-label="Used in the newest turn">
      <p className={styles.sums}>
        {used.length} given to the turn of {when}, best first
      </p>
      <ol className={styles.list}>
        {used.map(({ recalled, memory }) =>
          memory ? (
            <MemoryCard key={recalled.memoryId} memory={memory} botId={botId}>
              <WhyView score={recalled.score} why={recalled.why} />
            </MemoryCard>
          ) : (
            <li key={recalled.memoryId} className={styles.card}>
              <p className={styles.hint}>A memory that has been deleted since.</p>
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
