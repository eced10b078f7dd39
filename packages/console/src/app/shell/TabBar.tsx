/** Draws the tabs of a phone, at its foot: the four screens that are used most, and “More” for all others. */
import { Bot, Ellipsis, House, Mail, MessageSquare } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import { Link, useLocation } from "../../ui/router.tsx";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./TabBar.module.css";

const tabs = [
  { to: "/", label: "Home", icon: House },
  { to: "/sessions", label: "Sessions", icon: MessageSquare },
  { to: "/bots", label: "Bots", icon: Bot },
  { to: "/messages", label: "Messages", icon: Mail },
  { to: "/more", label: "More", icon: Ellipsis },
] as const;

export function TabBar({ waiting }: { readonly waiting: number }): ReactElement {
  const path = useLocation().pathname;
  // A screen that has no tab of its own is behind “More”.
  const current = tabs.find(({ to }) => to === path)?.to ?? (path === "/archived" ? "/sessions" : "/more");
  return (
    <nav className={styles.bar} aria-label="Main">
      {tabs.map(({ to, label, icon }) => (
        <Link key={to} to={to} className={styles.tab} aria-current={to === current ? "page" : undefined}>
          <Icon icon={icon} />
          {to === "/" && waiting > 0 && (
            <Sign status="needs_you" words={`${waiting} need${waiting === 1 ? "s" : ""} you`} />
          )}
          {label}
        </Link>
      ))}
    </nav>
  );
}
