/** Draws the tabs of a phone, at its foot: the four screens that are used most, and “More” for all others. */
import type { ReactElement } from "react";
import { Link, useLocation } from "../../ui/router.tsx";
import { Sign } from "../../ui/Sign.tsx";
import { ScreenIcon, screens } from "./screens.tsx";
import styles from "./TabBar.module.css";

const iconOf = (to: string) => screens.find((screen) => screen.to === to)?.icon;

const tabs = [
  { to: "/", label: "Home", icon: iconOf("/") },
  {
    to: "/sessions",
    label: "Sessions",
    icon: <path d="M2.500 3.500h11v7.500H6.500L3.500 13.500V11h-1z" />,
  },
  { to: "/bots", label: "Bots", icon: iconOf("/bots") },
  { to: "/messages", label: "Messages", icon: iconOf("/messages") },
  { to: "/more", label: "More", icon: <path d="M3 8h.010M8 8h.010M13 8h.010" strokeWidth="2.500" /> },
] as const;

export function TabBar({ waiting }: { readonly waiting: number }): ReactElement {
  const path = useLocation().pathname;
  // A screen that has no tab of its own is behind “More”.
  const current = tabs.find(({ to }) => to === path)?.to ?? (path === "/archived" ? "/sessions" : "/more");
  return (
    <nav className={styles.bar} aria-label="Main">
      {tabs.map(({ to, label, icon }) => (
        <Link key={to} to={to} className={styles.tab} aria-current={to === current ? "page" : undefined}>
          <ScreenIcon icon={icon} />
          {to === "/" && waiting > 0 && (
            <span className={styles.needs}>
              <Sign status="needs_you" words={`${waiting} need${waiting === 1 ? "s" : ""} you`} />
            </span>
          )}
          {label}
        </Link>
      ))}
    </nav>
  );
}
