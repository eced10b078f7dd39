/** Chooses a session: found by typing words of its title or its bot, among the most recently used. */
import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, useId, useMemo, useState } from "react";
import { findSessions } from "../../data/find.ts";
import { botsQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Field } from "../../ui/Field.tsx";
import shapes from "../../ui/Shapes.module.css";
import { botNames } from "../bot/bot-names.ts";
import styles from "./ScheduleDialog.module.css";

export function SessionChoice({
  value,
  error,
  onChange,
}: {
  readonly value: SessionId | null;
  /** The problem with the choice. */
  readonly error: string | null;
  readonly onChange: (id: SessionId) => void;
}): ReactElement {
  const { reads } = useReef();
  const { data: index } = useQuery(sessionsQuery(reads));
  const { data: bots } = useQuery(botsQuery(reads));
  /** Null while there is no query: then the selected session is shown. */
  const [query, setQuery] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const ids = useId();
  const chosen = value ? index?.byId.get(value) : undefined;
  const found = useMemo(
    () => (query === null ? [] : findSessions({ sessions: index?.byId, bots, query })),
    [index, bots, query],
  );
  const names = useMemo(() => botNames(bots?.values() ?? []), [bots]);
  const isOpen = query !== null;
  const active = found[at];
  const choose = (id: SessionId): void => {
    onChange(id);
    setQuery(null);
  };
  const seek = (words: string): void => {
    setQuery(words);
    setAt(0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      if (!isOpen) seek("");
      else setAt((at + step + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      if (active) choose(active.id);
    } else if (event.key === "Escape" && isOpen) {
      // Escape closes the list, not the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      setQuery(null);
    }
  };
  return (
    <Field
      label="Session"
      error={error}
      hint={chosen ? `${bots?.get(chosen.botId)?.name ?? "Its bot"} answers there.` : "Its bot answers there."}
      under={
        isOpen && (
          <div role="listbox" id={`${ids}-list`} aria-label="Sessions" className={styles.options}>
            {found.map((session, place) => (
              // biome-ignore lint/a11y/useFocusableInteractive: see above
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's
              <div
                key={session.id}
                role="option"
                id={`${ids}-${session.id}`}
                aria-selected={place === at}
                className={`${shapes.choice} ${styles.option}`}
                onPointerDown={(event) => event.preventDefault()}
                onPointerMove={() => setAt(place)}
                onClick={() => choose(session.id)}
              >
                <Avatar name={bots?.get(session.botId)?.name ?? "?"} seed={session.botId} size="small" />
                <span className={`${shapes.cut} ${styles.optionTitle}`} dir="auto">
                  {session.title}
                </span>
                <span className={styles.optionBot} dir="auto">
                  {names.get(session.botId)}
                </span>
              </div>
            ))}
            {found.length === 0 && (
              <p className={styles.optionNone}>
                {index?.byId.size === 0 ? "There are no sessions yet. Create one first." : "No session matches."}
              </p>
            )}
          </div>
        )
      }
    >
      <input
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${ids}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active ? `${ids}-${active.id}` : undefined}
        autoComplete="off"
        placeholder="Find by title or bot"
        value={query ?? chosen?.title ?? ""}
        data-first={value === null || undefined}
        onChange={(event) => seek(event.target.value)}
        onClick={() => query === null && seek("")}
        onBlur={() => setQuery(null)}
        onKeyDown={onKeyDown}
      />
    </Field>
  );
}
