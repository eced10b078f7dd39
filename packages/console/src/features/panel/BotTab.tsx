/** Shows the session's bot: its model, tools and instructions first, then what it used and plans. Its health appears when it is bad. */
import type { Bot } from "@reef/protocol/bot";
import { useQuery } from "@tanstack/react-query";
import { Pause, Play } from "lucide";
import type { ReactElement } from "react";
import { applyEvents } from "../../data/apply-events.ts";
import { botsQuery } from "../../data/queries.ts";
import { type Reef, useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import tab from "../../ui/PanelTab.module.css";
import { runtimeLabel } from "../../ui/RuntimeMark.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { absoluteTime } from "../../ui/time.ts";
import { signByStatus, wordsByStatus } from "../bot/bot-status.ts";
import { BotModelNotice } from "../model/BotModelNotice.tsx";
import { SessionSchedules } from "../schedule/SessionSchedules.tsx";
import { BotForm } from "./BotForm.tsx";
import { BotHealth } from "./BotHealth.tsx";
import styles from "./BotTab.module.css";
import { BotUse } from "./BotUse.tsx";
import { DeleteBot } from "./DeleteBot.tsx";
import type { TabProps } from "./tab-props.ts";

export function BotTab({ session }: TabProps): ReactElement | null {
  const reef = useReef();
  const { data: bot } = useQuery({ ...botsQuery(reef.reads), select: (bots) => bots.get(session.botId) });
  if (!bot) return null;
  return (
    <div className={tab.tab}>
      <header className={styles.identity}>
        <Avatar name={bot.name} seed={bot.id} />
        <div className={shapes.grow}>
          <h2 className={`${shapes.cut} ${styles.name}`} dir="auto">
            {bot.name}
          </h2>
          <p className={`${shapes.line} ${shapes.meta}`}>
            <Sign status={signByStatus[bot.status]} words={wordsByStatus[bot.status]} />
            <span className={shapes.cut} dir="auto" title={bot.role}>
              {bot.role || runtimeLabel(bot)}
            </span>
          </p>
        </div>
        <Button onClick={() => void setPaused(reef, bot)}>
          <Icon icon={bot.pausedAt ? Play : Pause} size={14} /> {bot.pausedAt ? "Resume" : "Pause"}
        </Button>
      </header>
      {bot.pausedAt && (
        <p className={styles.paused}>
          Paused by you since {absoluteTime(bot.pausedAt)}. Its messages wait, and nothing is lost.
        </p>
      )}
      <BotModelNotice bot={bot} place="note" />
      <BotHealth bot={bot} />
      <BotForm key={bot.id} bot={bot} />
      <BotUse bot={bot} sessionId={session.id} />
      <SessionSchedules session={session} />
      <DeleteBot key={`delete ${bot.id}`} bot={bot} />
    </div>
  );
}

async function setPaused(reef: Reef, bot: Bot): Promise<void> {
  const { client, queryClient } = reef;
  await attempt(reef, bot.pausedAt ? "Couldn't resume the bot" : "Couldn't pause the bot", async () => {
    const changed = await (bot.pausedAt ? client.resumeBot(bot.id) : client.pauseBot(bot.id));
    applyEvents(queryClient, [{ type: "bot.changed", seq: 0, at: changed.updatedAt, bot: changed }]);
  });
}
