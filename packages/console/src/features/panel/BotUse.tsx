/** Shows what a bot used, what waits for it, and how full the context of this session is. Nothing is said of a zero. */
import type { Bot } from "@reef/protocol/bot";
import type { SessionId } from "@reef/protocol/ids";
import type { ReactElement, ReactNode } from "react";
import { useSpentToday } from "../../data/overview/use-spent-today.ts";
import { useReef } from "../../data/reef.ts";
import { costLabel, costTitle } from "../../ui/cost.ts";
import { countOf, shortCount } from "../../ui/count.ts";
import { Meter } from "../../ui/Meter.tsx";
import tab from "../../ui/PanelTab.module.css";
import { absoluteTime, timeOfDay } from "../../ui/time.ts";
import { contextShare, contextWords } from "../turn/context-words.ts";
import { useReadAfterTurns } from "../turn/use-read-after-turns.ts";
import styles from "./BotTab.module.css";

export function BotUse({ bot, sessionId }: { readonly bot: Bot; readonly sessionId: SessionId }): ReactElement | null {
  const { spend, health } = bot;
  const today = useSpentToday()?.bots.find(({ bot: { id } }) => id === bot.id)?.used;
  const { lastTurnAt, lastTurnState, queueDepth, openAsks, runningTurns } = health;
  const total = costLabel(spend) ?? "cost unknown";
  if (spend.modelCalls === 0 && lastTurnAt === null && queueDepth === 0) return null;
  return (
    <section aria-labelledby="bot-use">
      <h3 className={tab.heading} id="bot-use">
        Usage
      </h3>
      <dl className={styles.facts}>
        {spend.modelCalls > 0 && (
          <>
            {(spend.costUsd > 0 || spend.unpricedCalls > 0) && (
              <Fact label="Spend" title={costTitle(spend)}>
                {today && `${costLabel(today) ?? "unknown"} today · `}
                {total} in all
              </Fact>
            )}
            {spend.inputTokens + spend.outputTokens > 0 && (
              <Fact label="Tokens" title={`${countOf(spend.inputTokens, "token")} in, ${spend.outputTokens} out`}>
                {shortCount(spend.inputTokens)} in, {shortCount(spend.outputTokens)} out
              </Fact>
            )}
            <Fact label="Model calls">{spend.modelCalls.toLocaleString()}</Fact>
          </>
        )}
        {lastTurnAt && (
          <Fact label="Last turn" title={absoluteTime(lastTurnAt)}>
            {lastTurnState ?? "open"}, <time dateTime={lastTurnAt}>{timeOfDay(lastTurnAt)}</time>
          </Fact>
        )}
        {runningTurns > 1 && <Fact label="Running turns">{runningTurns}</Fact>}
        {queueDepth > 0 && <Fact label="Waiting messages">{queueDepth}</Fact>}
        {openAsks > 0 && <Fact label="Open questions">{openAsks}</Fact>}
      </dl>
      <Context sessionId={sessionId} />
    </section>
  );
}

function Fact({
  label,
  title,
  children,
}: {
  readonly label: string;
  readonly title?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className={styles.fact} title={title}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Context({ sessionId }: { readonly sessionId: SessionId }): ReactElement | null {
  const { client } = useReef();
  const usage = useReadAfterTurns(sessionId, { name: "session-usage", read: () => client.sessionUsage(sessionId) });
  const share = usage && contextShare(usage);
  if (!usage?.context || share === undefined || share === null) return null;
  const { usedTokens, limitTokens } = usage.context;
  return (
    <div className={styles.meter} title={contextWords(usage).join("\n")}>
      <p className={styles.fact}>
        <span>Context in this session</span>
        <span>
          {shortCount(usedTokens ?? 0)} of {shortCount(limitTokens ?? 0)}
        </span>
      </p>
      <Meter share={share} isLimit />
    </div>
  );
}
