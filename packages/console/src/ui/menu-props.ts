/** Defines the props of a menu, whether it is drawn yet or not. */
import type { MouseEvent, ReactElement, Ref } from "react";
import type { MenuEntry } from "./menu-entry.ts";

export interface TriggerProps {
  readonly onClick?: (event: MouseEvent) => void;
  readonly onPointerEnter?: () => void;
  readonly onFocus?: () => void;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly "aria-haspopup"?: "menu";
  readonly "aria-expanded"?: boolean;
}

export interface MenuProps {
  /** A button. */
  readonly trigger: ReactElement<TriggerProps>;
  /** Called each time the menu opens. */
  readonly entries: () => readonly MenuEntry[];
  readonly align?: "start" | "end";
}
