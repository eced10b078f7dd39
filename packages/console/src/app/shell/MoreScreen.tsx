/** Shows, on a phone, every screen that has no tab, and what the bar below says on a wide page. */
import { useQuery } from "@tanstack/react-query";
import { Archive, BookOpen, ChevronRight, Server } from "lucide";
import type { ReactElement } from "react";
import { useSpentToday } from "../../data/overview/use-spent-today.ts";
import { sessionsQuery, statusQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { countWork } from "../../data/work.ts";
import { Button } from "../../ui/Button.tsx";
import { costLabel } from "../../ui/cost.ts";
import { shortCount } from "../../ui/count.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Link } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./MoreScreen.module.css";
import { screens, settingsScreen } from "./screens.tsx";

const withTabs: ReadonlySet<string> = new Set(["/", "/bots", "/messages"]);

export function MoreScreen(): ReactElement {
  const { reads, panel } = useReef();
  const { data: work } = useQuery({ ...sessionsQuery(reads), structuralSharing: true, select: countWork });
  const { data: status } = useQuery(statusQuery(reads));
  const spent = useSpentToday()?.total;
  const tokens = spent ? spent.inputTokens + spent.outputTokens : 0;
  const facts: Readonly<Record<string, string | null>> = {
    "/spend": spent && tokens > 0 ? (costLabel(spent) ?? `${shortCount(tokens)} tokens`) : null,
  };
  const rest = [
    ...screens.filter(({ to }) => !withTabs.has(to)),
    { to: "/archived", label: "Archived sessions", icon: Archive },
    { to: "/skills", label: "Skills", icon: BookOpen },
    { to: "/fleet", label: "Fleet", icon: Server },
    settingsScreen,
  ];
  return (
    <Screen title="More">
      <ul className={`${shapes.bare} ${styles.places}`}>
        {rest.map(({ to, label, icon }) => (
          <li key={to}>
            <Link to={to} className={styles.place}>
              <Icon icon={icon} />
              <span className={shapes.grow}>{label}</span>
              {facts[to] && <span className={styles.fact}>{facts[to]}</span>}
              <Icon icon={ChevronRight} />
            </Link>
          </li>
        ))}
      </ul>
      <div className={styles.foot}>
        {work && work.running + work.queued > 0 && (
          <p>{[wordsOf(work.running, "running"), wordsOf(work.queued, "queued")].filter(Boolean).join(", ")}</p>
        )}
        {work && work.running + work.waiting > 0 && (
          <Button onClick={() => panel.set({ type: "stop-all" })}>Stop all…</Button>
        )}
        {status && <p>Reef {status.version}</p>}
      </div>
    </Screen>
  );
}

function wordsOf(count: number, state: string): string {
  return count > 0 ? `${count} ${state}` : "";
}
