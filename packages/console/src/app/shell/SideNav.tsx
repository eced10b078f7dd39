/** Draws the rail, with links to every screen. Home has a mark when something needs a person. */
import type { ReactElement } from "react";
import { pressToLabel } from "../../data/keys/press-label.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Link, useLocation } from "../../ui/router.tsx";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./SideNav.module.css";
import { isCurrent, type Screen, screens, settingsScreen } from "./screens.tsx";

export function SideNav({ waiting }: { readonly waiting: number }): ReactElement {
  return (
    <nav className={styles.nav} aria-label="All bots">
      {screens.map((screen) => (
        <RailLink key={screen.to} screen={screen} waiting={screen.to === "/" ? waiting : 0} />
      ))}
      <span className={styles.push} />
      <RailLink screen={settingsScreen} waiting={0} />
    </nav>
  );
}

function RailLink({ screen, waiting }: { readonly screen: Screen; readonly waiting: number }): ReactElement {
  const { to, label, press, icon } = screen;
  const words = waiting > 0 ? `${label}: ${waiting} need${waiting === 1 ? "s" : ""} you` : label;
  return (
    <Link
      to={to}
      className={styles.link}
      aria-label={words}
      aria-current={isCurrent(screen, useLocation().pathname) ? "page" : undefined}
      title={`${words} (${pressToLabel(press)})`}
    >
      <Icon of={icon} />
      {waiting > 0 && (
        <span className={styles.needs}>
          <Sign status="needs_you" />
        </span>
      )}
    </Link>
  );
}
