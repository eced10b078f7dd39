/**
 * Says, while the server is away, since when and what that means. It lies over the line about failures, which nobody can act on
 * until then.
 */
import type { ReactElement } from "react";
import { isStale } from "../../data/live.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { durationLabel } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import styles from "./LostBanner.module.css";

export function LostBanner(): ReactElement | null {
  return isStale(useCell(useReef().live.connection)) ? <Lost /> : null;
}

function Lost(): ReactElement {
  const { live } = useReef();
  const now = useNow(1000);
  const lostMs = Math.max(0, now - (live.droppedAtMs ?? now));
  const seconds = Math.floor(lostMs / 1000);
  return (
    <div className={styles.place} role="status">
      <div className={`${shapes.banner} ${styles.banner}`}>
        <Sign status="unknown" />
        <p className={shapes.grow}>
          <b>
            Connection lost<span aria-hidden="true"> {seconds < 60 ? `${seconds} s` : durationLabel(lostMs)} ago</span>.
          </b>{" "}
          You see the last known state. What you send goes out when it returns.
        </p>
        <Button onClick={() => live.reconnectNow()}>Try now</Button>
      </div>
    </div>
  );
}
