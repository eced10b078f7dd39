/** The way to the screens over all bots, at the foot of the session list. */
import type { ReactElement, ReactNode } from "react";
import { pressToLabel } from "../keys/press-label.ts";
import { Link, useLocation } from "../router.tsx";
import styles from "./SideNav.module.css";

interface Screen {
  readonly to: string;
  readonly label: string;
  readonly press: string;
  readonly icon: ReactNode;
}

const screens: readonly Screen[] = [
  {
    to: "/bots",
    label: "Bots",
    press: "KeyG KeyB",
    icon: <path d="M2.500 2.500h4.500V7H2.500zM9 2.500h4.500V7H9zM2.500 9h4.500v4.500H2.500zM9 9h4.500v4.500H9z" />,
  },
  {
    to: "/activity",
    label: "Activity",
    press: "KeyG KeyA",
    icon: <path d="M2 4h5M5 8h8M3 12h4M10 4h4M10 12h3" />,
  },
  {
    to: "/messages",
    label: "Messages",
    press: "KeyG KeyM",
    icon: <path d="M2 3.500h12v9H2zM2.500 4 8 8.750 13.500 4" />,
  },
  {
    to: "/schedules",
    label: "Schedules",
    press: "KeyG KeyS",
    icon: <path d="M8 2.250a5.750 5.750 0 1 1 0 11.500 5.750 5.750 0 0 1 0-11.500M8 5v3.250l2.250 1.500" />,
  },
  {
    to: "/providers",
    label: "Providers",
    press: "KeyG KeyP",
    icon: (
      <path d="M4.500 4.500h7v7h-7zM6.500 2v2.500M9.500 2v2.500M6.500 11.500V14M9.500 11.500V14M2 6.500h2.500M2 9.500h2.500M11.500 6.500H14M11.500 9.500H14" />
    ),
  },
  {
    to: "/gateways",
    label: "Gateways",
    press: "KeyG KeyW",
    icon: <path d="M1.750 8h4M10.250 8h4M5.750 5h4.500v6h-4.500zM8 2v3M8 11v3" />,
  },
];

export function SideNav(): ReactElement {
  const path = useLocation().pathname;
  return (
    <nav className={styles.nav} aria-label="All bots">
      {screens.map(({ to, label, press, icon }) => (
        <Link
          key={to}
          to={to}
          className={styles.link}
          aria-current={path === to || path.startsWith(`${to}/`) ? "page" : undefined}
          title={`${label}: ${pressToLabel(press)}`}
        >
          <svg viewBox="0 0 16 16" width="15" height="15" fill="none" stroke="currentColor" aria-hidden="true">
            <g strokeWidth="1.500" strokeLinecap="round" strokeLinejoin="round">
              {icon}
            </g>
          </svg>
          {label}
        </Link>
      ))}
    </nav>
  );
}
