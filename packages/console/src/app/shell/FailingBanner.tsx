/**
 * Shows a banner over the page while something is stopped, or while messages of one cause fail: one dead model is one line here, not seventeen rows
 * elsewhere.
 */
import { awayModelOf } from "@reef/protocol/away-words";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide";
import { type ReactElement, useState } from "react";
import { useHolds } from "../../data/overview/holds.ts";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { CauseLine } from "../../features/mail/CauseLine.tsx";
import { useDeadCauses } from "../../features/mail/use-dead-causes.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { Icon } from "../../ui/Icon.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { Link, useLocation } from "../../ui/router.tsx";
import styles from "./FailingBanner.module.css";
import { bannerHold, HeldBanner } from "./HeldBanner.tsx";

/** A message that fails alone is shown where it failed. */
const leastCount = 2;

const ProviderBanner = lazyPart("ProviderBanner", () => import("./ProviderBanner.tsx"));

/** True if a session that is loaded waits for a model that is down. */
function useSomeWait(): boolean {
  const { reads } = useReef();
  const { data = false } = useQuery({
    ...sessionsQuery(reads),
    select: ({ byId }) => byId.values().some(({ providerWait }) => providerWait?.state === "down"),
  });
  return data;
}

/** What a person stopped comes first: until it is resumed, nothing of it can fail. */
export function FailingBanner(): ReactElement | null {
  const holds = useHolds() ?? [];
  const hold = bannerHold(holds);
  return hold === undefined ? <Failing /> : <HeldBanner hold={hold} holds={holds} />;
}

function Failing(): ReactElement | null {
  const dead = useDeadCauses() ?? [];
  const causes = dead.filter(({ cause, count }) => count >= leastCount && awayModelOf(cause) === null);
  const hasTrouble = useSomeWait() || dead.some(({ cause }) => awayModelOf(cause) !== null);
  /** Hidden until more of the same cause fail. */
  const [hidden, setHidden] = useState<ReadonlyMap<string, number>>(new Map());
  const location = useLocation();
  const shown = causes.filter(({ cause, count }) => count > (hidden.get(cause) ?? 0));
  const [first, ...others] = shown;
  const isListed = location.pathname === "/messages" && new URLSearchParams(location.search).get("view") === "dead";
  const provider = hasTrouble && (
    <Part what="The model that is down" look="line">
      <ProviderBanner />
    </Part>
  );
  const isCauseShown = first !== undefined && !isListed;
  if (!provider && !isCauseShown) return null;
  return (
    <div className={styles.banner} role="status">
      {provider}
      {isCauseShown && (
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
      )}
    </div>
  );
}
