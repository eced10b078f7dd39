/** Lists all sessions below the title of the current one, in the order of the list; typing filters them. */
import type { SessionId } from "@reef/protocol/ids";
import {
  type KeyboardEvent,
  type ReactElement,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { VList, type VListHandle } from "virtua";
import { isWriting } from "../../data/keys/match-key.ts";
import { actionLabel, pressToLabel } from "../../data/keys/press-label.ts";
import { groupSessions, visibleSessionIds } from "../../data/list/group-sessions.ts";
import { type Panel, useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { useRouter } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { shownStatus } from "../../ui/shown-status.ts";
import { numberedSessions } from "../list/session-numbers.ts";
import styles from "./SessionPicker.module.css";

const none: ReadonlySet<never> = new Set();
const rowPx = 32;
const maxListPx = 384;
const pageRows = 10;

export function SessionPicker({
  current,
  onClose,
}: {
  readonly current: SessionId;
  readonly onClose: () => void;
}): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const input = useCell(reef.listInput);
  const [query, setQuery] = useState("");
  const ids = useMemo(() => {
    if (!input) return [];
    const opened = new Set<string>(input.sessions.keys());
    return visibleSessionIds(groupSessions({ ...input, filter: query, states: none, folded: none, opened }));
  }, [input, query]);
  const [chosen, setChosen] = useState<SessionId | null>(query === "" ? current : null);
  const at = Math.max(0, chosen === null ? 0 : ids.indexOf(chosen));
  const numbered = useMemo(() => numberedSessions(reef), [reef]);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VListHandle>(null);
  const listId = useId();
  usePlace(box, onClose);
  useEffect(() => {
    list.current?.scrollToIndex(at, { align: "nearest" });
  }, [at]);

  const goTo = (id: SessionId | undefined): void => {
    onClose();
    if (id) router.navigate({ to: "/s/$sessionId", params: { sessionId: id } });
  };
  const open = (panel: Panel) => () => {
    onClose();
    reef.panel.set(panel);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isWriting(event.nativeEvent)) return;
    const last = ids.length - 1;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowUp: at === 0 ? last : at - 1,
      PageDown: Math.min(last, at + pageRows),
      PageUp: Math.max(0, at - pageRows),
    };
    const step = to[event.key];
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && event.target instanceof HTMLInputElement) goTo(ids[at]);
    else if (step !== undefined) setChosen(ids[step] ?? null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field and the buttons inside
    <div
      ref={box}
      popover="manual"
      className={`${shapes.card} ${styles.picker}`}
      data-session-picker
      data-keeps-escape
      onKeyDown={onKeyDown}
    >
      <input
        className={styles.field}
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={ids[at] && `${listId}-${ids[at]}`}
        aria-label="Filter sessions to switch to"
        placeholder="Switch to…"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(null);
        }}
      />
      <div
        id={listId}
        role="listbox"
        aria-label="Sessions"
        style={{ height: `${Math.min(maxListPx, ids.length * rowPx)}px` }}
      >
        <VList ref={list} data={ids} itemSize={rowPx} className={styles.rows}>
          {(id, index) => {
            const session = input?.sessions.get(id);
            const digit = numbered.indexOf(id) + 1;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
              <div
                key={id}
                id={`${listId}-${id}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                aria-current={id === current || undefined}
                className={styles.row}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => goTo(id)}
              >
                {session && <Sign status={shownStatus(session)} />}
                <span className={`${shapes.cut} ${styles.title}`}>{session?.title}</span>
                {digit > 0 && <kbd>{pressToLabel(`Alt+Digit${digit}`)}</kbd>}
              </div>
            );
          }}
        </VList>
      </div>
      {ids.length === 0 && <p className={styles.none}>No results</p>}
      <div className={styles.foot}>
        <button type="button" className={styles.row} onClick={open({ type: "palette" })}>
          Find anything… <kbd>{actionLabel(reef.keys.get(), "palette")}</kbd>
        </button>
        <button type="button" className={styles.row} onClick={open({ type: "new-session" })}>
          New session… <kbd>{actionLabel(reef.keys.get(), "new-session")}</kbd>
        </button>
      </div>
    </div>
  );
}

/** Below its button, over everything; a press or the focus elsewhere closes it. */
function usePlace(box: { readonly current: HTMLElement | null }, onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const element = box.current;
    const opener = element?.previousElementSibling;
    if (!element || !opener) return;
    const { left, bottom } = opener.getBoundingClientRect();
    element.showPopover();
    element.style.left = `${Math.max(8, Math.min(left, innerWidth - element.offsetWidth - 8))}px`;
    element.style.top = `${bottom + 4}px`;
    element.querySelector("input")?.focus({ preventScroll: true });
    const stop = new AbortController();
    const leave = (event: Event): void => {
      const to = event instanceof FocusEvent ? event.relatedTarget : event.target;
      if (to instanceof Node && !element.contains(to) && !opener.contains(to)) close.current();
    };
    addEventListener("pointerdown", leave, { capture: true, signal: stop.signal });
    element.addEventListener("focusout", leave, { signal: stop.signal });
    addEventListener("resize", () => close.current(), { signal: stop.signal });
    return () => stop.abort();
  }, [box]);
}
