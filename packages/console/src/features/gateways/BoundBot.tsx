/** Shows the bot bound to an agent; it leads to its newest session, or creates a first one. */
import type { Bot } from "@reef/protocol/bot";
import type { Session } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { SessionIndex } from "../../data/cache.ts";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { useRouter } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { createSession } from "../session/session-actions.ts";
import styles from "./AgentsView.module.css";

export function BoundBot({ bot }: { readonly bot: Bot }): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const { data: newest = null } = useQuery({
    ...sessionsQuery(reef.reads),
    select: (index) => newestOf(index, bot),
  });
  const open = (): void =>
    void attempt(reef, "Couldn't create the session", async () => {
      const session = newest ?? (await createSession(reef, { botId: bot.id }));
      router.navigate({ to: "/s/$sessionId", params: { sessionId: session.id } });
    });
  return (
    <Button
      look="quiet"
      isSmall
      title={newest ? `Go to “${newest.title}”` : `Start a session with ${bot.name}`}
      onClick={open}
    >
      <Avatar name={bot.name} seed={bot.id} size="small" />
      <span className={`${shapes.cut} ${styles.botName}`} dir="auto">
        {bot.name}
      </span>
      <span aria-hidden="true">→</span>
    </Button>
  );
}

function newestOf({ byId }: SessionIndex, bot: Bot): Session | null {
  let newest: Session | null = null;
  for (const session of byId.values()) {
    if (session.botId !== bot.id || session.archivedAt !== null) continue;
    if (!newest || session.lastAt > newest.lastAt) newest = session;
  }
  return newest;
}
