/** Shows one cause that messages failed of: how many, the reason, and buttons for all of them. */
import type { MessageAction } from "@reef/protocol/bulk";
import type { DeadCause } from "@reef/protocol/message";
import { type ReactElement, type ReactNode, useId, useState } from "react";
import { type Reef, useReef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./CauseLine.module.css";

export function CauseLine({
  cause,
  children,
}: {
  readonly cause: DeadCause;
  /** Shown after its buttons. */
  readonly children?: ReactNode;
}): ReactElement {
  const reef = useReef();
  const [isWhole, setWhole] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const detailsId = useId();
  const { count, sessions, reason } = cause;
  const act = async (action: MessageAction): Promise<void> => {
    setBusy(true);
    await actOnMessages(reef, { filter: { state: "dead", dismissed: false, cause: cause.cause }, action });
    setBusy(false);
  };
  const which = count === 1 ? "" : ` all ${count}`;
  return (
    <section className={`${shapes.banner} ${styles.cause}`} aria-label={`Failing: ${reason.slice(0, 80)}`}>
      <Sign status="failed" />
      <span className={styles.words}>
        <b>
          {countOf(count, "message")} in {countOf(sessions, "session")} failed
        </b>
        {!isWhole && ` ${reason}`}
      </span>
      {children && <span className={styles.end}>{children}</span>}
      <span className={`${shapes.wrap} ${styles.actions}`}>
        <Button look="quiet" aria-expanded={isWhole} aria-controls={detailsId} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Hide details" : "Show details"}
        </Button>
        <Button disabled={isBusy} onClick={() => void act("retry")}>
          Retry{which}
        </Button>
        <Button look="quiet" disabled={isBusy} onClick={() => void act("dismiss")}>
          Dismiss{which}
        </Button>
      </span>
      <div id={detailsId} className={styles.details} hidden={!isWhole}>
        {reason}
      </div>
    </section>
  );
}

/** Changes all of them in one transaction on the server, and reports what was done and what was left alone. */
export async function actOnMessages(reef: Reef, bulk: Parameters<Reef["client"]["bulkMessages"]>[0]): Promise<void> {
  const isRetry = bulk.action === "retry";
  await attempt(reef, isRetry ? "Couldn't retry" : "Couldn't dismiss", async () => {
    const { changed, unchanged, undo } = await reef.client.bulkMessages(bulk);
    const left = unchanged > 0 ? `, ${unchanged} had already been handled` : "";
    const takeBack = undo && {
      label: "Undo",
      run: () => void attempt(reef, "Couldn't undo", () => reef.client.undo(undo)),
    };
    reef.toasts.show({
      text: `${isRetry ? "Retrying" : "Dismissed"} ${countOf(changed, "message")}${left}`,
      ...(takeBack && { action: takeBack }),
    });
  });
}
