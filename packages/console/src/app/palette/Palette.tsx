/**
 * Finds anything by typing: sessions, bots, topics, commands, and words in all transcripts. Without words it shows what
 * needs a person, then what was last used. A first `>`, `@` or `#` searches commands, bots or topics alone.
 */
import type { BotId, SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { type ReactElement, type ReactNode, useMemo, useState } from "react";
import { findBots, findSessions, findTopics, readQuery } from "../../data/find.ts";
import { holdsWords } from "../../data/holds-words.ts";
import { actionLabel } from "../../data/keys/press-label.ts";
import { setFilter } from "../../data/list/list-view.ts";
import { botsQuery, sessionsQuery, topicsQuery } from "../../data/queries.ts";
import { type Reef, useReef } from "../../data/reef.ts";
import { botNames } from "../../features/bot/bot-names.ts";
import { entryHash } from "../../features/session/entry-address.ts";
import { createSession } from "../../features/session/session-actions.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { attempt } from "../../ui/attempt.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { useParams, useRouter } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { Swatch } from "../../ui/Swatch.tsx";
import { shownStatus } from "../../ui/shown-status.ts";
import { commandsFor } from "./commands.ts";
import styles from "./Palette.module.css";
import { SnippetText } from "./SnippetText.tsx";
import { useTranscriptHits } from "./use-transcript-hits.ts";

export function Palette({ onClose }: { readonly onClose: () => void }): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const { sessionId } = useParams() as { readonly sessionId?: SessionId };
  const { data: index } = useQuery(sessionsQuery(reef.reads));
  const { data: bots } = useQuery(botsQuery(reef.reads));
  const { data: topics } = useQuery(topicsQuery(reef.reads));
  // Not deferred: Enter right after the last letter must choose what that letter found.
  const [query, setQuery] = useState("");
  const { only, words } = readQuery(query);
  const isWanted = (kind: typeof only) => only === null || only === kind;
  const sessions = useMemo(() => findSessions({ sessions: index?.byId, bots, query: words }), [index, bots, words]);
  const { hits, isBusy, isComplete } = useTranscriptHits(only === null ? words : "");
  const names = botNames(bots?.values() ?? []);
  const commands = commandsFor(reef, { session: index?.byId.get(sessionId as SessionId) ?? null, router });
  const run = (act: () => void) => () => {
    onClose();
    act();
  };
  const goTo = (id: SessionId, seq?: number): void =>
    router.navigate({
      to: "/s/$sessionId",
      params: { sessionId: id },
      ...(seq !== undefined && { hash: entryHash(seq) }),
    });
  const showTopic = (name: string): void => {
    reef.isSidebarShown.set(true);
    setFilter(reef.listView, name);
    router.navigate({ to: "/" });
  };
  return (
    <Dialog title="Find anything" isTitleHidden width="wide" onClose={onClose}>
      <Command shouldFilter={false} loop label="Find anything" className={styles.palette}>
        <Command.Input
          dir="auto"
          className={styles.input}
          value={query}
          onValueChange={setQuery}
          data-first
          placeholder="Find sessions, bots, words in transcripts…"
        />
        <Command.List className={styles.list}>
          <Command.Empty className={styles.none}>{isBusy ? "Searching…" : "No results"}</Command.Empty>
          {only === null && (
            <Group heading={words ? "Sessions" : "Recent sessions"}>
              {sessions.map((session) => (
                <Item key={session.id} value={session.id} onSelect={run(() => goTo(session.id))}>
                  <Sign status={shownStatus(session)} />
                  <Avatar name={bots?.get(session.botId)?.name ?? "?"} seed={session.botId} size="small" />
                  <span className={`${shapes.cut} ${styles.label}`} dir="auto">
                    {session.title}
                  </span>
                  <span className={`${shapes.cut} ${styles.hint}`} dir="auto">
                    {names.get(session.botId)}
                  </span>
                </Item>
              ))}
            </Group>
          )}
          {isWanted("topics") && (words !== "" || only === "topics") && (
            <Group heading="Topics: show their sessions">
              {findTopics(topics, words).map(({ id, name, color }) => (
                <Item key={id} value={id} onSelect={run(() => showTopic(name))}>
                  <Swatch color={color} />
                  <span className={`${shapes.cut} ${styles.label}`} dir="auto">
                    {name}
                  </span>
                </Item>
              ))}
            </Group>
          )}
          {isWanted("bots") && (
            <Group heading="Bots: open a new session">
              {findBots(bots, words).map((bot) => (
                <Item key={bot.id} value={bot.id} onSelect={run(() => void startWith(reef, { botId: bot.id, goTo }))}>
                  <Avatar name={bot.name} seed={bot.id} size="small" />
                  <span className={`${shapes.cut} ${styles.label}`} dir="auto">
                    {names.get(bot.id)}
                  </span>
                  <span className={`${shapes.cut} ${styles.hint}`} dir="auto">
                    {bot.role.slice(0, 50)}
                  </span>
                </Item>
              ))}
            </Group>
          )}
          {isWanted("commands") && (
            <Group heading="Commands">
              {commands
                .filter(({ label }) => holdsWords(label, words))
                .map((command) => (
                  <Item key={command.label} value={`command ${command.label}`} onSelect={run(command.run)}>
                    <span className={`${shapes.cut} ${styles.label}`}>{command.label}</span>
                    {command.action && <Keys label={actionLabel(reef.keys.get(), command.action)} />}
                  </Item>
                ))}
            </Group>
          )}
          <Group heading="In transcripts">
            {hits.map(({ entry, session, snippet }) => (
              <Item key={entry.id} value={`hit ${entry.id}`} onSelect={run(() => goTo(session.id, entry.seq))}>
                <span className={styles.found}>
                  <span className={styles.snippet}>
                    <SnippetText snippet={snippet} />
                  </span>
                  <span className={`${shapes.cut} ${styles.where}`}>
                    {session.title}
                    {session.archivedAt !== null && " · archived"}
                  </span>
                </span>
              </Item>
            ))}
          </Group>
        </Command.List>
        {isComplete || (
          <p className={styles.foot} role="status">
            Transcripts are still being indexed. Older results may be missing.
          </p>
        )}
        <p className={styles.foot}>
          <kbd>&gt;</kbd> commands <kbd>@</kbd> bots <kbd>#</kbd> topics
        </p>
      </Command>
    </Dialog>
  );
}

function Group({
  heading,
  children,
}: {
  readonly heading: string;
  readonly children: readonly ReactNode[];
}): ReactElement | null {
  return children.length === 0 ? null : <Command.Group heading={heading}>{children}</Command.Group>;
}

function Item({
  value,
  onSelect,
  children,
}: {
  readonly value: string;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Command.Item value={value} className={`${shapes.choice} ${styles.item}`} onSelect={onSelect}>
      {children}
    </Command.Item>
  );
}

function Keys({ label }: { readonly label: string | undefined }): ReactElement | null {
  return label === undefined ? null : <kbd>{label}</kbd>;
}

async function startWith(
  reef: Reef,
  { botId, goTo }: { readonly botId: BotId; readonly goTo: (id: SessionId) => void },
): Promise<void> {
  await attempt(reef, "Couldn't create the session", async () => goTo((await createSession(reef, { botId })).id));
}
