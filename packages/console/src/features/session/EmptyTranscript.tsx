/** Shows a session before its first message. The demo bot has no model, so this says what it can be asked. */
import type { Bot } from "@reef/protocol/bot";
import type { Session } from "@reef/protocol/session";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import shapes from "../../ui/Shapes.module.css";
import styles from "./EmptyTranscript.module.css";

const demoWords = [
  "help",
  "stream 80 words over 6s",
  "ask Which colour shall the boat be? | Red | Blue",
  "spawn stream 30 words over 4s",
];

export function EmptyTranscript({
  session,
  bot,
}: {
  readonly session: Session;
  readonly bot: Bot | undefined;
}): ReactElement | null {
  const { outbox } = useReef();
  const isOnTheWay = useCell(outbox.items).some(({ sessionId }) => sessionId === session.id);
  if (!bot || isOnTheWay || session.turnId !== null) return null;
  return (
    <div className={styles.empty}>
      <Avatar name={bot.name} seed={bot.id} />
      <h2 className={shapes.title} dir="auto">
        {bot.name}
      </h2>
      {bot.role && (
        <p className={styles.role} dir="auto">
          {bot.role}
        </p>
      )}
      {bot.runtime === "demo" && (
        <div className={styles.words}>
          {demoWords.map((text) => (
            <Button key={text} onClick={() => void outbox.send({ sessionId: session.id, text, mode: "queue" })}>
              {text}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
