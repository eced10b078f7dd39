/**
 * Shows a banner over the page while something is stopped, or while messages of one cause fail: one dead model is one line here, not seventeen rows
 * elsewhere.
 */
import { X } from "lucide";
import { type ReactElement, useState } from "react";
import { useHolds } from "../../data/overview/holds.ts";
import { CauseLine } from "../../features/mail/CauseLine.tsx";
import { useDeadCauses } from "../../features/mail/use-dead-causes.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Link, useLocation } from "../../ui/router.tsx";
import styles from "./FailingBanner.module.css";
import { bannerHold, HeldBanner } from "./HeldBanner.tsx";

/** A message that fails alone is shown where it failed. */
const leastCount = 2;

/** What a person stopped comes first: until it is resumed, nothing of it can fail. */
export function FailingBanner(): ReactElement | null {
  const holds = useHolds() ?? [];
  const hold = bannerHold(holds);
  return hold === undefined ? <Failing /> : <HeldBanner hold={hold} holds={holds} />;
}

function Failing(): ReactElement | null {
  const causes = useDeadCauses()?.filter(({ count }) => count >= leastCount) ?? [];
  /** Hidden until more of the same cause fail. */
  const [hidden, setHidden] = useState<ReadonlyMap<string, number>>(new Map());
  const location = useLocation();
  const shown = causes.filter(({ cause, count }) => count > (hidden.get(cause) ?? 0));
  const [first, ...others] = shown;
  const isListed = location.pathname === "/messages" && new URLSearchParams(location.search).get("view") === "dead";
  if (!first || isListed) return null;
  return (
    <div className={styles.banner} role="status">
      <CauseLine key={first.cause} cause={first}>
        {others.length > 0 && (
          <Link to="/messages" search={{ view: "dead" }} className={styles.more}>
            {countOf(others.length, "more cause")}
          </Link>
        )}
        <Button
          look="quiet"
          isSquare
          aria-label="Hide until more fail"
          title="Hide until more fail"
          onClick={() => setHidden(new Map([...hidden, [first.cause, first.count]]))}
        >
          <Icon icon={X} size={14} />
        </Button>
      </CauseLine>
    </div>
  );
}
