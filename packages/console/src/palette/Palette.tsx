/** Find anything by typing: sessions, bots, commands. Without words: what needs a person, then what was last used. */

import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { type ReactElement, useMemo, useState } from "react";
import { pressToLabel } from "../keys/press-label.ts";
import { botsQuery, sessionsQuery } from "../queries.ts";
import { type Reef, useReef } from "../reef.ts";
import { useParams, useRouter } from "../router.tsx";
import { archiveSession, attempt, changeSession, createSession, stopSession } from "../session/session-actions.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Sign } from "../ui/Sign.tsx";
import { findBots, findSessions, matchesWords } from "./find.ts";
import styles from "./Palette.module.css";

export function Palette({ onClose }: { readonly onClose: () => void }): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const { sessionId } = useParams() as { readonly sessionId?: SessionId };
  const { data: index } = useQuery(sessionsQuery(reef.reads));
  const { data: bots } = useQuery(botsQuery(reef.reads));
  // Not deferred: Enter right after the last letter must choose what that letter found.
  const [query, setQuery] = useState("");
  const sessions = useMemo(() => findSessions({ sessions: index?.byId, bots, query }), [index, bots, query]);
  const foundBots = useMemo(() => findBots(bots, query), [bots, query]);
  const commands = commandsFor(reef, index?.byId.get(sessionId as SessionId) ?? null).filter(({ label }) =>
    matchesWords(label, query.replace(/^>/, "")),
  );
  const run = (act: () => void): void => {
    onClose();
    act();
  };
  const goTo = (id: SessionId): void => void router.navigate({ to: "/s/$sessionId", params: { sessionId: id } });
  const isCommand = query.startsWith(">");
  return (
    <Dialog title="Find anything" isTitleHidden width="wide" onClose={onClose}>
      <Command shouldFilter={false} loop label="Find anything" className={styles.palette}>
        <Command.Input
          className={styles.input}
          value={query}
          onValueChange={setQuery}
          data-first
          placeholder="Find a session, a bot, a command…  (> commands)"
        />
        <Command.List className={styles.list}>
          <Command.Empty className={styles.none}>Nothing is called that.</Command.Empty>
          {!isCommand && sessions.length > 0 && (
            <Command.Group heading={query ? "Sessions" : "Recent sessions"}>
              {sessions.map((session) => (
                <Command.Item
                  key={session.id}
                  value={session.id}
                  className={styles.item}
                  onSelect={() => run(() => goTo(session.id))}
                >
                  <Sign status={session.status} />
                  <span className={styles.label}>{session.title}</span>
                  <span className={styles.hint}>{bots?.get(session.botId)?.name}</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
          {!isCommand && foundBots.length > 0 && (
            <Command.Group heading="Bots: open a new session">
              {foundBots.map((bot) => (
                <Command.Item
                  key={bot.id}
                  value={bot.id}
                  className={styles.item}
                  onSelect={() => run(() => void startWith(reef, { botId: bot.id, goTo }))}
                >
                  <Avatar name={bot.name} seed={bot.id} size="small" />
                  <span className={styles.label}>{bot.name}</span>
                  <span className={styles.hint}>{bot.role.slice(0, 50)}</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
          {commands.length > 0 && (
            <Command.Group heading="Commands">
              {commands.map((command) => (
                <Command.Item
                  key={command.label}
                  value={`command ${command.label}`}
                  className={styles.item}
                  onSelect={() => run(command.run)}
                >
                  <span className={styles.label}>{command.label}</span>
                  {command.press && <kbd>{pressToLabel(command.press)}</kbd>}
                </Command.Item>
              ))}
            </Command.Group>
          )}
        </Command.List>
      </Command>
    </Dialog>
  );
}

interface PaletteCommand {
  readonly label: string;
  readonly press?: string;
  readonly run: () => void;
}

function commandsFor(reef: Reef, session: Session | null): readonly PaletteCommand[] {
  const open = (type: "new-session" | "new-bot" | "new-topic" | "help") => () => reef.panel.set({ type });
  const general: readonly PaletteCommand[] = [
    { label: "New session…", press: "$mod+Shift+KeyO", run: open("new-session") },
    { label: "New bot…", run: open("new-bot") },
    { label: "New topic…", run: open("new-topic") },
    { label: "Keyboard help", press: "$mod+Slash", run: open("help") },
    {
      label: "Show or hide the session list",
      press: "$mod+KeyB",
      run: () => reef.isSidebarShown.set(!reef.isSidebarShown.get()),
    },
  ];
  if (!session) return general;
  const { id, pinned, topicId } = session;
  const own: readonly PaletteCommand[] = [
    { label: "Rename this session", press: "F2", run: () => reef.renaming.set(id) },
    {
      label: pinned ? "Unpin this session" : "Pin this session",
      press: "Alt+KeyP",
      run: () => void changeSession(reef, { id, patch: { pinned: !pinned } }),
    },
    { label: "Archive this session", press: "$mod+Shift+KeyA", run: () => void archiveSession(reef, session) },
    ...(session.turnId
      ? [{ label: "Stop this session's turn", press: "Escape", run: () => void stopSession(reef, id) }]
      : []),
    ...(topicId
      ? [
          {
            label: "Take this session out of its topic",
            run: () => void changeSession(reef, { id, patch: { topicId: null } }),
          },
        ]
      : []),
  ];
  return [...general, ...own];
}

async function startWith(
  reef: Reef,
  { botId, goTo }: { readonly botId: BotId; readonly goTo: (id: SessionId) => void },
): Promise<void> {
  await attempt(reef, "No session made", async () => goTo((await createSession(reef, { botId })).id));
}
