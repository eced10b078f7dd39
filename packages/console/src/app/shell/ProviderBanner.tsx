/**
 * Shows one line for a model whose provider is down: how many sessions wait for it, how many messages failed because of
 * it, and one retry for all of them.
 */
import type { ProviderTrouble } from "@reef/protocol/provider-wait";
import { type ReactElement, useId, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import cause from "../../features/mail/CauseLine.module.css";
import { useProviderTroubles } from "../../features/providers/use-provider-troubles.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./FailingBanner.module.css";

export function ProviderBanner(): ReactElement | null {
  const troubles = useProviderTroubles().filter(({ state, failed }) => state === "down" || failed > 0);
  if (troubles.length === 0) return null;
  return (
    <div role="status">
      {troubles.map((trouble) => (
        <TroubleLine key={trouble.model} trouble={trouble} />
      ))}
    </div>
  );
}

function TroubleLine({ trouble }: { readonly trouble: ProviderTrouble }): ReactElement {
  const reef = useReef();
  const [isWhole, setWhole] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const detailsId = useId();
  const { model, waiting, failed, reason } = trouble;
  const retry = async (): Promise<void> => {
    setBusy(true);
    await attempt(reef, "Couldn't retry", async () => {
      const { woken, retried } = await wholeClient(reef.client).retryProvider(model);
      reef.toasts.show({ text: `Retrying ${countOf(woken + retried, "turn")} on ${model}` });
    });
    setBusy(false);
  };
  return (
    <section className={`${shapes.banner} ${cause.cause}`} aria-label={`Away: ${model}`}>
      <Sign status={waiting > 0 ? "waiting" : "failed"} />
      <span className={cause.words}>
        <b>
          {model} {stateWords(trouble)}
        </b>{" "}
        {countsOf(waiting, failed)}
      </span>
      <span className={`${shapes.wrap} ${cause.actions}`}>
        <Button look="quiet" aria-expanded={isWhole} aria-controls={detailsId} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Hide details" : "Show details"}
        </Button>
        {failed > 0 && (
          <Link to="/messages" search={{ view: "dead" }} className={styles.more}>
            {failed} undelivered
          </Link>
        )}
        <Button disabled={isBusy} onClick={() => void retry()}>
          Retry all
        </Button>
      </span>
      <div id={detailsId} className={cause.details} hidden={!isWhole}>
        {reason}
      </div>
    </section>
  );
}

function stateWords({ state, waiting }: ProviderTrouble): string {
  if (state === "limited") return waiting > 0 ? "limits its requests." : "was over its limit for too long.";
  return waiting > 0 ? "is down." : "was down for too long.";
}

function countsOf(waiting: number, failed: number): string {
  const waits = waiting === 0 ? "" : `${countOf(waiting, "session")} waiting`;
  const fails = failed === 0 ? "" : `${countOf(failed, "message")} failed`;
  return [waits, fails].filter((words) => words !== "").join(", ");
}
