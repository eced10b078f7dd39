/**
 * Lists the screens of the page: address, name, key and icon, for the rail, the tabs of a phone and its page “More”.
 */
import type { ReactElement, ReactNode } from "react";

export interface Screen {
  readonly to: string;
  readonly label: string;
  readonly press: string;
  readonly icon: ReactNode;
}

export const screens: readonly Screen[] = [
  {
    to: "/",
    label: "Home",
    press: "KeyG KeyH",
    icon: <path d="M2.500 7.500 8 2.750l5.500 4.750v5.750h-3.750V9.500h-3.500v3.750H2.500z" />,
  },
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
    to: "/spend",
    label: "Spend",
    press: "KeyG KeyC",
    icon: (
      <path d="M8 2.250a5.750 5.750 0 1 1 0 11.500 5.750 5.750 0 0 1 0-11.500M10 5.750H7.250a1.100 1.100 0 0 0 0 2.250h1.500a1.100 1.100 0 0 1 0 2.250H6M8 4.500v7" />
    ),
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

export const settingsScreen: Screen = {
  to: "/settings",
  label: "Settings",
  press: "KeyG Comma",
  icon: (
    <path d="M13.500 4.750H8.500M9.500 11.250H3M4.500 3a1.750 1.750 0 1 1 0 3.500 1.750 1.750 0 0 1 0-3.500M11.500 9.500a1.750 1.750 0 1 1 0 3.500 1.750 1.750 0 0 1 0-3.500" />
  ),
};

export function ScreenIcon({ icon }: Pick<Screen, "icon">): ReactElement {
  return (
    <svg viewBox="0 0 16 16" width="17" height="17" fill="none" stroke="currentColor" aria-hidden="true">
      <g strokeWidth="1.400" strokeLinecap="round" strokeLinejoin="round">
        {icon}
      </g>
    </svg>
  );
}

export function isCurrent({ to }: Pick<Screen, "to">, path: string): boolean {
  return path === to || (to !== "/" && path.startsWith(`${to}/`));
}
