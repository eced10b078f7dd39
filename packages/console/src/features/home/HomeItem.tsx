/** Shows one row of Home: a sign, the bot, the text, and at its end a time or buttons. */
import type { BotId, SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import type { ShownStatus } from "../../ui/shown-status.ts";
import styles from "./HomeScreen.module.css";

export function HomeItem({
  sessionId,
  botId,
  status,
  title,
  words,
  end,
  wantsAnswer = false,
  hasActions = wantsAnswer,
}: {
  readonly sessionId: SessionId;
  readonly botId: BotId;
  readonly status: ShownStatus;
  readonly title: string;
  readonly words: ReactNode;
  readonly end?: ReactNode;
  /** Opening it puts the focus on its question. */
  readonly wantsAnswer?: boolean;
  /** True if the end needs more room: on a phone it goes below. */
  readonly hasActions?: boolean;
}): ReactElement {
  const { reads, askToFocus } = useReef();
  const { data: name } = useQuery({ ...botsQuery(reads), select: (bots) => bots.get(botId)?.name });
  return (
    <li className={styles.item} data-stacks={hasActions || undefined}>
      <SessionLink
        sessionId={sessionId}
        className={styles.link}
        data-home-item={sessionId}
        onClick={() => askToFocus.set(wantsAnswer ? sessionId : null)}
      >
        <Sign status={status} />
        <span className={styles.avatar} title={name}>
          <Avatar name={name ?? "?"} seed={botId} />
        </span>
        <span className={`${shapes.grow} ${styles.lines}`}>
          <span className={`${shapes.cut} ${styles.title}`} dir="auto">
            {title}
          </span>
          <span className={`${shapes.cut} ${shapes.meta} ${styles.words}`} dir="auto">
            {words}
          </span>
        </span>
      </SessionLink>
      {end && <span className={styles.end}>{end}</span>}
    </li>
  );
}
