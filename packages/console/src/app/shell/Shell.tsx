/**
 * Draws the page's frame: session list, the screen beside it, the bar below. On a phone the list and the screen take
 * turns.
 */

import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { needsPerson } from "../../data/cache.ts";
import { isStale } from "../../data/live.ts";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { SessionList } from "../../features/list/SessionList.tsx";
import { useListRows } from "../../features/list/use-list-rows.ts";
import { RightPanelSlot } from "../../features/panel/RightPanelSlot.tsx";
import { useNeighboursAhead } from "../../features/session/read-ahead.ts";
import { useCell } from "../../ui/cell.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { Outlet, useLocation, useParams, useRouter } from "../../ui/router.tsx";
import { Toasts } from "../../ui/Toasts.tsx";
import { listenForShortcuts } from "../shortcuts.ts";
import { LostBanner } from "./LostBanner.tsx";
import { Panels } from "./Panels.tsx";
import styles from "./Shell.module.css";
import { StatusBar } from "./StatusBar.tsx";

const SidebarEdge = lazyPart("SidebarEdge", () => import("./SidebarEdge.tsx"));

const SideNav = lazyPart("SideNav", () => import("./SideNav.tsx"));
const TabBar = lazyPart("TabBar", () => import("./TabBar.tsx"));
const FailingBanner = lazyPart("FailingBanner", () => import("./FailingBanner.tsx"));

export function Shell({ home }: { readonly home: ReactNode }): ReactElement {
  const reef = useReef();
  const activeId = useActiveSession();
  const isSidebarShown = useCell(reef.isSidebarShown);
  const sidebarPx = useCell(reef.sidebarWidth);
  const isList = useLocation().pathname === "/sessions";
  useListRows();
  useNeighboursAhead(activeId);
  useShortcuts(activeId);
  useListeners(activeId);
  const waiting = useWaiting();
  useTabTitle(activeId, waiting);
  useGoOn(activeId);
  return (
    <div
      className={styles.shell}
      data-sidebar={isSidebarShown || undefined}
      data-screen={isList ? "list" : activeId ? "session" : "place"}
      style={sidebarPx === null ? undefined : ({ "--sidebar-width": `${sidebarPx}px` } as CSSProperties)}
      data-stale={isStale(useCell(reef.live.connection)) || undefined}
    >
      <div className={styles.rail}>
        <Part what="The navigation" instead={null}>
          <SideNav waiting={waiting} />
        </Part>
      </div>
      <LostBanner />
      <Part what="The line about failures" instead={null}>
        <FailingBanner />
      </Part>
      <div className={styles.side} hidden={!isSidebarShown && !isList}>
        <SessionList activeId={activeId} />
        <Part what="The edge" instead={null}>
          <SidebarEdge />
        </Part>
      </div>
      <div className={styles.middle}>
        <div className={styles.screen}>
          <Outlet fallback={home} />
        </div>
        <RightPanelSlot sessionId={activeId} />
      </div>
      <StatusBar />
      <div className={styles.tabs}>
        <Part what="The navigation" look="line">
          <TabBar waiting={waiting} />
        </Part>
      </div>
      <Panels />
      <Toasts />
    </div>
  );
}

/** Goes from a session that was archived to the next. */
function useGoOn(activeId: SessionId | null): void {
  const { goOn } = useReef();
  const router = useRouter();
  const wanted = useCell(goOn);
  useEffect(() => {
    if (!wanted) return;
    goOn.set(null);
    if (activeId === null || !wanted.from.includes(activeId)) return;
    if (wanted.to) router.navigate({ to: "/s/$sessionId", params: { sessionId: wanted.to } });
    else router.navigate({ to: "/" });
  }, [wanted, goOn, activeId, router]);
}

function useActiveSession(): SessionId | null {
  const { sessionId } = useParams() as { readonly sessionId?: SessionId };
  return sessionId ?? null;
}

function useShortcuts(activeId: SessionId | null): void {
  const reef = useReef();
  const router = useRouter();
  const active = useRef(activeId);
  active.current = activeId;
  useEffect(() => {
    const stop = new AbortController();
    const navigation = {
      activeId: () => active.current,
      goTo: (sessionId: SessionId) => void router.navigate({ to: "/s/$sessionId", params: { sessionId } }),
      goToScreen(to: string) {
        const left = router.location.get().pathname === to ? null : document.querySelector("main");
        router.navigate({ to });
        focusScreen(left);
      },
    };
    listenForShortcuts({ reef, navigation, signal: stop.signal });
    return () => stop.abort();
  }, [reef, router]);
}

/**
 * Focuses a screen that was opened by key, so that keys continue in it. It may have to be loaded first; if the person has moved on
 * by then, the focus stays.
 */
function focusScreen(left: Element | null, from = document.activeElement, framesLeft = 60): void {
  requestAnimationFrame(() => {
    const screen = document.querySelector<HTMLElement>("main[aria-label]:not([aria-busy=true])");
    if ((!screen || screen === left) && framesLeft > 0) return focusScreen(left, from, framesLeft - 1);
    const { activeElement } = document;
    if (!screen || (activeElement !== from && activeElement !== document.body)) return;
    screen.tabIndex = -1;
    screen.focus({ preventScroll: true });
  });
}

/** Loaded beside the page: nothing on screen waits for it. */
function useListeners(activeId: SessionId | null): void {
  const reef = useReef();
  const router = useRouter();
  const active = useRef(activeId);
  active.current = activeId;
  useEffect(() => {
    const stop = new AbortController();
    const goTo = (sessionId: SessionId) => router.navigate({ to: "/s/$sessionId", params: { sessionId } });
    import("../../features/attachment/listen-for-files.ts").then(
      ({ listenForFiles }) => stop.signal.aborted || listenForFiles(reef, { page: window, signal: stop.signal }),
      () => undefined,
    );
    import("../notify/listen-for-notices.ts").then(
      ({ listenForNotices }) => stop.signal.aborted || listenForNotices(reef, { goTo, signal: stop.signal }),
      () => undefined, // a page that lost its server shows that itself
    );
    if (navigator.maxTouchPoints > 0) {
      const place = { activeId: () => active.current, goTo };
      import("../../features/session/listen-for-swipes.ts").then(
        ({ listenForSwipes }) =>
          stop.signal.aborted || listenForSwipes(reef, { page: document, place, signal: stop.signal }),
        () => undefined,
      );
    }
    return () => stop.abort();
  }, [reef, router]);
}

/** Returns how many sessions need a person. */
function useWaiting(): number {
  const { reads } = useReef();
  return useQuery({ ...sessionsQuery(reads), select: countWaiting }).data ?? 0;
}

/** The tab's title says how many sessions wait for a person, wherever that person is looking. */
function useTabTitle(activeId: SessionId | null, waiting: number): void {
  const { reads } = useReef();
  const { data: title } = useQuery({
    ...sessionsQuery(reads),
    select: ({ byId }) => (activeId ? byId.get(activeId)?.title : undefined),
  });
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}${title ? `${title} · ` : ""}Reef`;
  }, [waiting, title]);
}

function countWaiting({ byId }: { readonly byId: ReadonlyMap<SessionId, Parameters<typeof needsPerson>[0]> }): number {
  let count = 0;
  for (const session of byId.values()) if (session.archivedAt === null && needsPerson(session)) count++;
  return count;
}
