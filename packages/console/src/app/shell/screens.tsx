/**
 * Lists the screens of the page: address, name, key and icon, for the rail, the tabs of a phone and its page “More”.
 */
import {
  Bot,
  ChartGantt,
  CircleDollarSign,
  Clock,
  Cpu,
  House,
  type IconNode,
  Mail,
  SlidersHorizontal,
  SquareKanban,
  Unplug,
  Wrench,
} from "lucide";

export interface Screen {
  readonly to: string;
  readonly label: string;
  readonly press: string;
  readonly icon: IconNode;
}

export const screens: readonly Screen[] = [
  {
    to: "/",
    label: "Home",
    press: "KeyG KeyH",
    icon: House,
  },
  {
    to: "/bots",
    label: "Bots",
    press: "KeyG KeyB",
    icon: Bot,
  },
  {
    to: "/tasks",
    label: "Tasks",
    press: "KeyG KeyK",
    icon: SquareKanban,
  },
  {
    to: "/activity",
    label: "Activity",
    press: "KeyG KeyA",
    icon: ChartGantt,
  },
  {
    to: "/messages",
    label: "Messages",
    press: "KeyG KeyM",
    icon: Mail,
  },
  {
    to: "/schedules",
    label: "Schedules",
    press: "KeyG KeyS",
    icon: Clock,
  },
  {
    to: "/spend",
    label: "Spend",
    press: "KeyG KeyC",
    icon: CircleDollarSign,
  },
  {
    to: "/providers",
    label: "Providers",
    press: "KeyG KeyP",
    icon: Cpu,
  },
  {
    to: "/tools",
    label: "Tools",
    press: "KeyG KeyT",
    icon: Wrench,
  },
  {
    to: "/gateways",
    label: "Gateways",
    press: "KeyG KeyW",
    icon: Unplug,
  },
];

export const settingsScreen: Screen = {
  to: "/settings",
  label: "Settings",
  press: "KeyG Comma",
  icon: SlidersHorizontal,
};

export function isCurrent({ to }: Pick<Screen, "to">, path: string): boolean {
  return path === to || (to !== "/" && path.startsWith(`${to}/`));
}
