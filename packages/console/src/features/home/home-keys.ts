/**
 * Moves with j and k, or the arrows, through what Home shows while nothing else has the focus; Enter is the link's own.
 */
import { type RefObject, useEffect } from "react";

export function useHomeKeys(screen: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const box = screen.current;
      const from = event.target as Element;
      if (!box || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      if (from !== document.body && !box.contains(from)) return;
      if (from.matches("input, textarea, select") || document.querySelector("dialog[open], [role=menu]")) return;
      const items = [...box.querySelectorAll<HTMLElement>("[data-home-item]")];
      const at = items.findIndex((item) => item === from || item.parentElement?.contains(from) === true);
      const to = targetOf(event.key, { at, last: items.length - 1 });
      if (to === null || items[to] === undefined) return;
      event.preventDefault();
      items[to].focus();
      items[to].scrollIntoView({ block: "nearest" });
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [screen]);
}

function targetOf(key: string, { at, last }: { readonly at: number; readonly last: number }): number | null {
  if (key === "ArrowDown" || key === "j") return Math.min(last, at + 1);
  if (key === "ArrowUp" || key === "k") return Math.max(0, at - 1);
  if (key === "Home") return 0;
  if (key === "End") return last;
  return null;
}
