/**
 * Shows the first screen: what needs you, what failed, works and has finished, what it costs and what comes next. An empty Reef explains
 * itself.
 */
import type { Home } from "@reef/protocol/home";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useRef, useState } from "react";
import { actionLabel } from "../../data/keys/press-label.ts";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import shapes from "../../ui/Shapes.module.css";
import { HomeGroups } from "./HomeGroups.tsx";
import styles from "./HomeScreen.module.css";
import { HomeSide } from "./HomeSide.tsx";
import { useHomeKeys } from "./home-keys.ts";
import { greeting, summary } from "./home-words.ts";
import { useHome } from "./use-home.ts";
import { Welcome } from "./Welcome.tsx";

export function HomeScreen(): ReactElement {
  const { reads } = useReef();
  const [isWhole, setWhole] = useState(false);
  const { data: home, error, refetch } = useHome(isWhole);
  const { data: botCount } = useQuery({ ...botsQuery(reads), select: (bots) => bots.size });
  if (!home && error) {
    return (
      <main className={styles.screen} aria-label="Home">
        <LoadFailure what="Home" error={error} onAgain={refetch} />
      </main>
    );
  }
  if (!home || botCount === undefined) return <main className={styles.screen} aria-busy="true" />;
  if (botCount === 0) return <Welcome />;
  if (home.sessions === 0) return <NoSessions />;
  return <Groups home={home} onMore={() => setWhole(true)} />;
}

function Groups({ home, onMore }: { readonly home: Home; readonly onMore: () => void }): ReactElement {
  const screen = useRef<HTMLElement>(null);
  useHomeKeys(screen);
  return (
    <main ref={screen} className={styles.screen} aria-label="Home">
      <div className={styles.page}>
        <header className={styles.header}>
          <h1 className={styles.greeting}>{greeting()}</h1>
          <p className={styles.summary} role="status">
            {summary(home)}
          </p>
        </header>
        <div className={styles.groups}>
          <HomeGroups home={home} onMore={onMore} />
        </div>
        <HomeSide next={home.next} />
      </div>
    </main>
  );
}

function NoSessions(): ReactElement {
  const { panel, keys } = useReef();
  const newKeys = actionLabel(useCell(keys), "new-session");
  return (
    <main className={styles.empty} aria-label="Home">
      <h1 className={styles.greeting}>No sessions yet</h1>
      <p className={styles.summary}>A session is one lasting conversation with a bot. It survives restarts.</p>
      <div className={shapes.wrap}>
        <Button look="primary" onClick={() => panel.set({ type: "new-session" })}>
          New session {newKeys && <kbd>{newKeys}</kbd>}
        </Button>
        <Button onClick={() => panel.set({ type: "new-bot" })}>New bot</Button>
      </div>
    </main>
  );
}
