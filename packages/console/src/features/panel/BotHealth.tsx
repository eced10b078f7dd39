/** Shows a bot's health while it is bad, with the evidence for it; for a bot of OpenClaw, always the state of its gateway. */
import type { Bot } from "@reef/protocol/bot";
import type { ReactElement } from "react";
import tab from "../../ui/PanelTab.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { WholeText } from "../../ui/WholeText.tsx";
import { BotGateway } from "../gateways/BotGateway.tsx";
import styles from "./BotTab.module.css";

export function BotHealth({ bot }: { readonly bot: Bot }): ReactElement | null {
  const { state, reason, lastError } = bot.health;
  const isBad = state === "degraded" || state === "failing";
  const isOutside = bot.runtime === "openclaw";
  if (!isBad && !isOutside) return null;
  const word = state === "failing" ? "Failing" : "Degraded";
  return (
    <section aria-labelledby="bot-health">
      <h3 className={tab.heading} id="bot-health">
        Health
      </h3>
      {isBad && (
        <p className={styles.bad}>
          <Sign status="failed" words={word} />
          <span>
            {word}
            {reason && `: ${reason}`}
          </span>
        </p>
      )}
      {isBad && lastError && !reason.includes(lastError) && (
        <p className={styles.error}>
          <WholeText text={lastError} />
        </p>
      )}
      {isOutside && <BotGateway bot={bot} />}
    </section>
  );
}
