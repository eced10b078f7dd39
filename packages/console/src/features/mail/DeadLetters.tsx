/** Shows the dead letters: their causes, and the selected ones, each with buttons for all of it. */
import type { MessageId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { countOf } from "../../ui/count.ts";
import { actOnMessages, CauseLine } from "./CauseLine.tsx";
import styles from "./DeadLetters.module.css";
import { useDeadCauses } from "./use-dead-causes.ts";

export function DeadCauses(): ReactElement | null {
  const causes = useDeadCauses()?.filter(({ count }) => count > 1) ?? [];
  if (causes.length === 0) return null;
  return (
    <div className={styles.causes}>
      {causes.map((cause) => (
        <CauseLine key={cause.cause} cause={cause} />
      ))}
    </div>
  );
}

export function DeadSelection({
  messages,
  hasMore,
  selected,
  onSelect,
}: {
  readonly messages: readonly Message[];
  /** True if there are others that have not been read. */
  readonly hasMore: boolean;
  readonly selected: ReadonlySet<MessageId>;
  readonly onSelect: (selected: ReadonlySet<MessageId>) => void;
}): ReactElement {
  const reef = useReef();
  const ids = messages.flatMap(({ id }) => (selected.has(id) ? id : []));
  const isAll = ids.length === messages.length;
  const act = (action: "retry" | "dismiss"): void => {
    void actOnMessages(reef, { ids, action }).then(() => onSelect(new Set()));
  };
  return (
    <div className={styles.selection} role="toolbar" aria-label="Chosen messages">
      <Check
        label={hasMore ? `Select all ${messages.length} loaded so far` : "Select all"}
        className={styles.all}
        checked={isAll}
        ref={(box) => {
          if (box) box.indeterminate = !isAll && ids.length > 0;
        }}
        onChange={() => onSelect(isAll ? new Set() : new Set(messages.map(({ id }) => id)))}
      />
      {ids.length > 0 && (
        <>
          <span>{countOf(ids.length, "message")} selected</span>
          <Button onClick={() => act("retry")}>Retry {ids.length}</Button>
          <Button look="quiet" onClick={() => act("dismiss")}>
            Dismiss {ids.length}
          </Button>
        </>
      )}
    </div>
  );
}
