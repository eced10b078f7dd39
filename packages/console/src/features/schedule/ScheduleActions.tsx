/**
 * Shows what can be done with a schedule: the two most wanted as buttons where there is room, all of it in the menu.
 */
import type { Schedule } from "@reef/protocol/schedule";
import { Ellipsis } from "lucide";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { DeleteSchedule } from "./DeleteSchedule.tsx";
import styles from "./ScheduleLine.module.css";
import { runNow, setPaused } from "./schedule-actions.ts";
import { useShowSent } from "./use-show-sent.ts";

export function ScheduleActions({
  schedule,
  isMenuOnly = false,
}: {
  readonly schedule: Schedule;
  readonly isMenuOnly?: boolean;
}): ReactElement {
  const reef = useReef();
  const showSent = useShowSent();
  const [isDeleting, setDeleting] = useState(false);
  const { name, state } = schedule;
  const run = (): void => void runNow(reef, schedule, showSent);
  const pause = (): void => void setPaused(reef, schedule);
  const edit = (): void => reef.panel.set({ type: "schedule", schedule });
  const pauseWord = state === "active" ? "Pause" : "Resume";
  return (
    <span className={styles.actions}>
      {!isMenuOnly && (
        <>
          <Button look="quiet" isSmall className={styles.wide} aria-label={`Run now: “${name}”`} onClick={run}>
            Run now
          </Button>
          {state !== "done" && (
            <Button look="quiet" isSmall className={styles.wide} aria-label={`${pauseWord} “${name}”`} onClick={pause}>
              {pauseWord}
            </Button>
          )}
        </>
      )}
      <Menu
        align="end"
        entries={() => [
          { type: "item", key: "run", label: "Run now", run },
          ...(state === "done" ? [] : [{ type: "item", key: "pause", label: pauseWord, run: pause } as const]),
          { type: "item", key: "edit", label: "Edit…", run: edit },
          ...(schedule.lastMessageId === null
            ? []
            : [{ type: "item", key: "last", label: "Show the last message", run: () => showSent(schedule) } as const]),
          { type: "line", key: "line" },
          { type: "item", key: "delete", label: "Delete…", run: () => setDeleting(true) },
        ]}
        trigger={
          <Button look="quiet" isSquare aria-label={`Actions for “${name}”`}>
            <Icon icon={Ellipsis} size={14} />
          </Button>
        }
      />
      {isDeleting && <DeleteSchedule schedule={schedule} onClose={() => setDeleting(false)} />}
    </span>
  );
}
