/** Shows the session's bot: its health with the evidence, its usage, and its instructions. */
import type { Bot, BotHealth } from "@reef/protocol/bot";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { applyEvents } from "../../data/apply-events.ts";
import { botsQuery } from "../../data/queries.ts";
import { type Reef, useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { costLabel, costTitle } from "../../ui/cost.ts";
import { shortCount } from "../../ui/count.ts";
import { runtimeLabel } from "../../ui/RuntimeMark.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime } from "../../ui/time.ts";
import { BotGateway } from "../gateways/BotGateway.tsx";
import { BotModelNotice } from "../model/BotModelNotice.tsx";
import { SessionSchedules } from "../schedule/SessionSchedules.tsx";
import { BotForm } from "./BotForm.tsx";
import styles from "./BotTab.module.css";
import { DeleteBot } from "./DeleteBot.tsx";
import type { TabProps } from "./tab-props.ts";

export function BotTab({ session }: TabProps): ReactElement | null {
  const reef = useReef();
  const { data: bot } = useQuery({ ...botsQuery(reef.reads), select: (bots) => bots.get(session.botId) });
  if (!bot) return null;
  return (
    <>
      <div className={styles.identity}>
        <Avatar name={bot.name} seed={bot.id} />
        <div className={shapes.grow}>
          <h2 className={`${shapes.cut} ${styles.name}`} dir="auto">
            {bot.name}
          </h2>
          <p className={shapes.soft}>
            {wordsByStatus[bot.status]} · {runtimeLabel(bot)}
          </p>
        </div>
        <Button onClick={() => void setPaused(reef, bot)}>{bot.pausedAt ? "Resume" : "Pause"}</Button>
      </div>
      {bot.pausedAt && (
        <p className={styles.paused}>
          Paused by you since {absoluteTime(bot.pausedAt)}. Its messages wait, and nothing is lost.
        </p>
      )}
      <BotModelNotice bot={bot} place="note" />
      <Health bot={bot} />
      <SessionSchedules session={session} />
      <section className={styles.section} aria-labelledby="bot-spend">
        <h3 className={styles.heading} id="bot-spend">
          Used so far
        </h3>
        <dl className={styles.tiles}>
          <Tile label="model calls" count={bot.spend.modelCalls} />
          <Tile label="tokens in" count={bot.spend.inputTokens} />
          <Tile label="tokens out" count={bot.spend.outputTokens} />
          <div className={styles.tile} title={costTitle(bot.spend)}>
            <dt>cost</dt>
            <dd>{costLabel(bot.spend) ?? (bot.spend.modelCalls === 0 ? "–" : "unknown")}</dd>
          </div>
        </dl>
      </section>
      <BotForm key={bot.id} bot={bot} />
      <DeleteBot key={`delete ${bot.id}`} bot={bot} />
    </>
  );
}

const wordsByStatus: Readonly<Record<Bot["status"], string>> = {
  idle: "Idle",
  queued: "Has messages waiting",
  running: "Running",
  needs_you: "Waiting for you",
  failing: "Failing",
  paused: "Paused",
};

const wordByHealth: Readonly<Record<BotHealth["state"], string>> = {
  ok: "Healthy",
  degraded: "Degraded",
  failing: "Failing",
  unknown: "Not known yet",
};

/** Shows the state beside the evidence that it was derived from. */
function Health({ bot }: { readonly bot: Bot }): ReactElement {
  const { health } = bot;
  const { lastTurnAt, lastTurnState } = health;
  return (
    <section className={styles.section} aria-labelledby="bot-health">
      <h3 className={styles.heading} id="bot-health">
        Health
      </h3>
      <p className={styles.health} data-state={health.state}>
        <b>{wordByHealth[health.state]}</b>
        {health.reason && `: ${health.reason}`}
      </p>
      {bot.runtime === "openclaw" && <BotGateway bot={bot} />}
      <dl className={styles.facts}>
        <Fact label="Last turn">
          {lastTurnAt ? (
            <>
              {lastTurnState ?? "open"}, <time dateTime={lastTurnAt}>{absoluteTime(lastTurnAt)}</time>
            </>
          ) : (
            "none yet"
          )}
        </Fact>
        <Fact label="Failed in a row">{health.failuresInRow}</Fact>
        <Fact label="Running turns">{health.runningTurns}</Fact>
        <Fact label="Waiting messages">{health.queueDepth}</Fact>
        <Fact label="Open questions">{health.openAsks}</Fact>
        {health.lastError && <Fact label="Last error">{health.lastError}</Fact>}
      </dl>
    </section>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Tile({ label, count }: { readonly label: string; readonly count: number }): ReactElement {
  return (
    <div className={styles.tile} title={`${count} ${label}`}>
      <dt>{label}</dt>
      <dd>{shortCount(count)}</dd>
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
