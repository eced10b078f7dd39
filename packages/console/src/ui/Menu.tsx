/**
 * Shows a button with a menu. The menu's code is a fifth of the page, so it is loaded when a pointer or the focus comes
 * near, or when the page is idle. The first press opens it all the same: keys pressed until then go to the menu.
 */
import { cloneElement, type MouseEvent, type ReactElement, useRef, useState } from "react";
import { HeldKeys } from "./HeldKeys.tsx";
import { lazyPart } from "./lazy-part.tsx";
import { loadAgain } from "./load-again.ts";
import type { MenuEntry } from "./menu-entry.ts";
import type { MenuProps } from "./menu-props.ts";
import { useToasts } from "./use-toasts.ts";

const OpenMenu = lazyPart("OpenMenu", () => import("./OpenMenu.tsx"));

/** Entries may be loaded with the menu, because few menus are opened. */
export interface LoadedMenuProps<Code> extends Omit<MenuProps, "entries"> {
  readonly code: () => Promise<Code>;
  readonly entries: (code: Code) => readonly MenuEntry[];
}

export async function readMenuAhead(): Promise<void> {
  await OpenMenu.readAhead();
}

export function Menu({ entries, ...rest }: MenuProps): ReactElement {
  return <LoadedMenu {...rest} code={noCode} entries={entries} />;
}

const noCode = async (): Promise<void> => undefined;
const intoMenu = "[role=menu]";
/** The first entry gets the focus, as in menus that are opened by key. */
const toFirst = [{ key: "ArrowDown" }];

export function LoadedMenu<Code>({ trigger, code, entries, align = "start" }: LoadedMenuProps<Code>): ReactElement {
  const toasts = useToasts();
  const [opening, setOpening] = useState<"not" | "by pointer" | "by key">("not");
  const [loaded, setLoaded] = useState<{ readonly code: Code } | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const load = async (): Promise<Code> => (await Promise.all([loadAgain(code), OpenMenu.readAhead()]))[0];
  const readAhead = (): void => void load().catch(() => undefined);
  const open = async (event: MouseEvent): Promise<void> => {
    const isByKey = event.detail === 0;
    setOpening(isByKey ? "by key" : "by pointer");
    try {
      const got = await load();
      setLoaded({ code: got });
    } catch {
      setOpening("not");
      toasts.show({ tone: "failed", text: "Couldn't open the menu. The server may be away." });
    }
  };
  const atRest = cloneElement(trigger, {
    ref: button,
    onClick: (event: MouseEvent) => void open(event),
    onPointerEnter: readAhead,
    onFocus: readAhead,
    "aria-haspopup": "menu",
    "aria-expanded": false,
  });
  if (opening === "not") return atRest;
  if (loaded) return <OpenMenu trigger={trigger} entries={() => entries(loaded.code)} align={align} />;
  const cancel = (): void => {
    setOpening("not");
    button.current?.focus();
  };
  return (
    <>
      {atRest}
      <HeldKeys into={intoMenu} first={opening === "by key" ? toFirst : []} onCancel={cancel} />
    </>
  );
}
