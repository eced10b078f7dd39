/** Shows who may read this memory (ME1), and how much it uses of its limits (ME7). */
import type { Bot } from "@reef/protocol/bot";
import type { BotId } from "@reef/protocol/ids";
import type { MemoryStats } from "@reef/protocol/memory";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt, errorText } from "../../ui/attempt.ts";
import { Check } from "../../ui/Check.tsx";
import { Meter } from "../../ui/Meter.tsx";
import styles from "./Memory.module.css";
import { wordByKind } from "./memory-words.ts";
import { TransferView } from "./TransferView.tsx";
import { memoryKey, useMemoryRead } from "./use-memory-events.ts";
import type { ViewProps } from "./view-props.ts";

export function SharingView({ bot }: ViewProps): ReactElement {
  const stats = useMemoryRead(bot.id, { part: ["stats"], read: (client) => client.memoryStats(bot.id) });
  return (
    <>
      <Readers bot={bot} />
      <TransferView bot={bot} />
      <section className={styles.part} aria-label="Size">
        <h3 className={styles.heading}>Size</h3>
        {stats.error && <p className={styles.hint}>Couldn't load it: {errorText(stats.error)}</p>}
        {stats.data && <Size stats={stats.data} />}
      </section>
    </>
  );
}

function Readers({ bot }: { readonly bot: Bot }): ReactElement {
  const reef = useReef();
  const { client, queryClient, reads, toasts } = reef;
  const { data: bots } = useQuery(botsQuery(reads));
  const { data, error } = useMemoryRead(bot.id, { part: ["grants"], read: () => wholeClient(client).grants(bot.id) });
  const others = [...(bots?.values() ?? [])].filter(({ id }) => id !== bot.id);
  const key = memoryKey(bot.id, "grants");
  const show = (readers: readonly BotId[]): unknown => queryClient.setQueryData(key, { readers });
  const change = async (reader: Bot, mayRead: boolean): Promise<void> => {
    show(withReader(data?.readers ?? [], { id: reader.id, mayRead }));
    await attempt(reef, "Couldn't change it", async () => {
      // Read just before, so that a grant that someone else made in the meantime is kept.
      const { readers } = await wholeClient(client).grants(bot.id);
      await wholeClient(client).putGrants(bot.id, { readers: [...withReader(readers, { id: reader.id, mayRead })] });
      toasts.show({ text: `${reader.name} ${mayRead ? "may read" : "no longer reads"} what ${bot.name} remembers.` });
    });
    await queryClient.invalidateQueries({ queryKey: key });
  };
  return (
    <section className={styles.part} aria-label="Who may read">
      <h3 className={styles.heading}>Who may read</h3>
      <p className={styles.lead}>
        A bot chosen here can search everything that {bot.name} remembers. It can't change it.
      </p>
      {error && <p className={styles.hint}>Couldn't load it: {errorText(error)}</p>}
      {others.length === 0 && <p className={styles.hint}>There are no other bots.</p>}
      {data && (
        <ul className={styles.readers}>
          {others.map((other) => (
            <li key={other.id}>
              <Check
                label={<span dir="auto">{other.name}</span>}
                checked={data.readers.includes(other.id)}
                onChange={(event) => void change(other, event.target.checked)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function withReader(
  readers: readonly BotId[],
  { id, mayRead }: { readonly id: BotId; readonly mayRead: boolean },
): readonly BotId[] {
  const rest = readers.filter((reader) => reader !== id);
  return mayRead ? [...rest, id] : rest;
}

function Size({ stats }: { readonly stats: MemoryStats }): ReactElement {
  const { active, quota, index, embedding } = stats;
  return (
    <>
      <p className={styles.fill}>
        <Meter share={active / quota} isLimit />
        <span className={styles.value}>
          {active.toLocaleString()} of {quota.toLocaleString()}
        </span>
      </p>
      <p className={styles.hint}>Above the limit, Reef archives the least important memories. You can restore them.</p>
      <dl className={styles.facts}>
        {(Object.keys(wordByKind) as (keyof typeof wordByKind)[]).map((kind) => (
          <Fact key={kind} label={wordByKind[kind]} value={stats.byKind[kind] ?? 0} />
        ))}
        <Fact label="Replaced" value={stats.superseded} />
        <Fact label="Archived" value={stats.archived} />
        <Fact label="Kept out of prompts" value={stats.unapproved} />
        <Fact
          label="Search index"
          value={`${index.rows.toLocaleString()} rows, ${sizeLabel(index.sizeBytes)}${index.inStep ? "" : ", catching up"}`}
        />
        {embedding !== null && (
          <Fact
            label="Searchable by meaning"
            value={`${embedding.done.toLocaleString()} of ${embedding.of.toLocaleString()}, ${embedding.model}`}
          />
        )}
      </dl>
      {embedding?.error != null && (
        <p className={styles.hint}>
          Search by meaning is waiting: {embedding.error}. Until then, memories are found by words.
        </p>
      )}
    </>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: number | string }): ReactElement {
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      <dd>{typeof value === "number" ? value.toLocaleString() : value}</dd>
    </div>
  );
}

function sizeLabel(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
