/** The place without a session: a welcome in an empty Reef, else a word on how to go on. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, Suspense } from "react";
import { useCell } from "../cell.ts";
import { actionLabel } from "../keys/press-label.ts";
import { botsQuery, sessionsQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import { Button } from "../ui/Button.tsx";
import { lazyPart } from "../ui/lazy-part.tsx";
import styles from "./Home.module.css";

const Welcome = lazyPart("Welcome", () => import("./Welcome.tsx"));

export function Home(): ReactElement | null {
  const { reads, panel, keys } = useReef();
  const bindings = useCell(keys);
  const [newKeys, findKeys] = [actionLabel(bindings, "new-session"), actionLabel(bindings, "palette")];
  const { data: sessionCount } = useQuery({ ...sessionsQuery(reads), select: ({ byId }) => byId.size });
  const { data: botCount } = useQuery({ ...botsQuery(reads), select: (bots) => bots.size });
  if (sessionCount === undefined || botCount === undefined) return <main aria-busy="true" />;
  if (botCount === 0) {
    return (
      <Suspense fallback={<main aria-busy="true" />}>
        <Welcome />
      </Suspense>
    );
  }
  return (
    <main className={styles.home} data-welcome={sessionCount === 0 || undefined}>
      <h1 className={styles.title}>{sessionCount === 0 ? "No sessions yet" : "Pick a session"}</h1>
      <p className={styles.text}>A session is one lasting conversation with a bot. It stays, whatever restarts.</p>
      <div className={styles.actions}>
        <Button look="primary" onClick={() => panel.set({ type: "new-session" })}>
          New session {newKeys && <kbd>{newKeys}</kbd>}
        </Button>
        <Button onClick={() => panel.set({ type: "new-bot" })}>New bot</Button>
        {sessionCount > 0 && (
          <Button onClick={() => panel.set({ type: "palette" })}>Find {findKeys && <kbd>{findKeys}</kbd>}</Button>
        )}
      </div>
    </main>
  );
}
