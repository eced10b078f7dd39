/** Names who had the bot keep a memory that waits for a person: a session of another bot, with a link to it (ME5). */
import type { Memory } from "@reef/protocol/memory";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { SessionLink } from "../../ui/SessionLink.tsx";
import styles from "./Memory.module.css";
import { wordByTrust } from "./memory-words.ts";

/** Limit of the names; a turn may have had many messages. */
const mostNamed = 3;

export function SaidBy({ memory }: { readonly memory: Memory }): ReactElement {
  const { client } = useReef();
  const { data } = useQuery({
    queryKey: ["memory senders", memory.id],
    queryFn: async () => (await wholeClient(client).memorySenders(memory.id)).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const sessions = data?.filter((from) => from.kind === "session") ?? [];
  if (sessions.length === 0) return <span>{wordByTrust[memory.trust]}</span>;
  const more = sessions.length - mostNamed;
  return (
    <span className={styles.from}>
      requested by{" "}
      {sessions.slice(0, mostNamed).map(({ sessionId, botName, title }, place) => (
        <span key={sessionId}>
          {place > 0 && ", "}
          {botName} in <SessionLink sessionId={sessionId}>{title}</SessionLink>
        </span>
      ))}
      {more > 0 && ` and ${more} more`}
    </span>
  );
}
