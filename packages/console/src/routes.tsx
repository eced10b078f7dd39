/** The page's addresses: `/` is the list's own screen, `/s/ID` a session. */
import type { SessionId } from "@reef/protocol/ids";
import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { SessionScreen } from "./session/SessionScreen.tsx";
import { Home } from "./shell/Home.tsx";
import { Shell } from "./shell/Shell.tsx";

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: Home });
const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: Home });
const sessionRoute = createRoute({ getParentRoute: () => rootRoute, path: "/s/$sessionId", component: SessionPage });

/** Keyed, so that nothing of one session is left when the next is shown. */
function SessionPage(): ReactElement {
  const { sessionId } = sessionRoute.useParams();
  return <SessionScreen key={sessionId} sessionId={sessionId as SessionId} />;
}

export const routeTree = rootRoute.addChildren([homeRoute, sessionRoute]);

export function createPageRouter() {
  return createRouter({ routeTree, defaultPreload: false, scrollRestoration: false });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}
