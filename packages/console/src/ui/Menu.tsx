/**
 * A button with a menu. The menu's code is a fifth of the page, so it is loaded when a pointer or the focus comes
 * near, or when the page is idle, and the first press opens it all the same.
 */
import { cloneElement, lazy, type ReactElement, Suspense, useState } from "react";
import type { MenuEntry } from "./menu-entry.ts";

const loadOpenMenu = () => import("./OpenMenu.tsx");
const OpenMenu = lazy(async () => ({ default: (await loadOpenMenu()).OpenMenu }));

export interface TriggerProps {
  readonly onClick?: () => void;
  readonly onPointerEnter?: () => void;
  readonly onFocus?: () => void;
  readonly "aria-haspopup"?: "menu";
  readonly "aria-expanded"?: boolean;
}

export interface MenuProps {
  /** A button. */
  readonly trigger: ReactElement<TriggerProps>;
  /** Asked each time the menu opens. */
  readonly entries: () => readonly MenuEntry[];
  readonly align?: "start" | "end";
}

export async function readMenuAhead(): Promise<void> {
  await loadOpenMenu();
}

export function Menu({ trigger, entries, align = "start" }: MenuProps): ReactElement {
  const [isWanted, setWanted] = useState(false);
  const readAhead = (): void => void loadOpenMenu();
  const atRest = cloneElement(trigger, {
    onClick: () => setWanted(true),
    onPointerEnter: readAhead,
    onFocus: readAhead,
    "aria-haspopup": "menu",
    "aria-expanded": false,
  });
  if (!isWanted) return atRest;
  return (
    <Suspense fallback={atRest}>
      <OpenMenu trigger={trigger} entries={entries} align={align} />
    </Suspense>
  );
}
