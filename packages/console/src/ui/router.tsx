/**
 * Holds the page's address as one observable value, and the screen it names. A switch of sessions is the most frequent
 * act here, so it only pushes an address and renders; loading is up to the screens.
 */
import {
  type AnchorHTMLAttributes,
  createContext,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
} from "react";
import { type Cell, createCell, useCell } from "./cell.ts";
import { Part } from "./Part.tsx";
import { matchPath, type PathParams, toHref } from "./router-path.ts";

export interface Destination {
  /** A pattern of the route table, `/s/$sessionId`, or an address without parameters. */
  readonly to: string;
  readonly params?: PathParams;
  readonly search?: PathParams;
  /** Without its `#`. */
  readonly hash?: string;
  /** Replaces the current address instead of adding to the history. */
  readonly replace?: boolean;
}

export interface Location {
  readonly pathname: string;
  /** With its `?`; empty if there is none. */
  readonly search: string;
  /** With its `#`; empty if there is none. */
  readonly hash: string;
}

export interface Route {
  readonly path: string;
  /** May be lazy; until it has loaded, its place stays empty. */
  readonly screen: () => ReactNode;
}

export interface Router {
  readonly location: Cell<Location>;
  navigate(destination: Destination): void;
}

interface Matched {
  readonly route: Route | null;
  readonly params: PathParams;
}

/** Follows the browser's history for as long as the page lives; a page without an origin may not change its address. */
export function createRouter(kept: "history" | { readonly startsAt: string } = "history"): Router {
  if (kept !== "history") return createMemoryRouter(kept.startsAt);
  const read = (): Location => ({ pathname: location.pathname, search: location.search, hash: location.hash });
  const place = createCell(read());
  addEventListener("popstate", () => place.set(read()));
  return {
    location: place,
    navigate(destination) {
      const href = toHref(destination);
      const isSame = href === location.pathname + location.search + location.hash;
      if (destination.replace || isSame) history.replaceState(history.state, "", href);
      else history.pushState(null, "", href);
      place.set(read());
    },
  };
}

function createMemoryRouter(startsAt: string): Router {
  const read = (href: string): Location => {
    const { pathname, search, hash } = new URL(href, "http://reef.invalid");
    return { pathname, search, hash };
  };
  const place = createCell(read(startsAt));
  return { location: place, navigate: (destination) => place.set(read(toHref(destination))) };
}

const RouterContext = createContext<Router | null>(null);
const MatchContext = createContext<Matched>({ route: null, params: {} });

/** Gives its children the router and the match of the address; the first matching route wins. */
export function RouterProvider({
  router,
  routes,
  children,
}: {
  readonly router: Router;
  readonly routes: readonly Route[];
  readonly children: ReactNode;
}): ReactElement {
  const { pathname } = useCell(router.location);
  const matched = useMemo(() => matchRoutes(routes, pathname), [routes, pathname]);
  return (
    <RouterContext value={router}>
      <MatchContext value={matched}>{children}</MatchContext>
    </RouterContext>
  );
}

/** Draws the screen of the matched route; `fallback` where none matches. */
export function Outlet({ fallback }: { readonly fallback: ReactNode }): ReactElement {
  const { route } = useContext(MatchContext);
  return (
    <Part key={route?.path ?? ""} what="This screen" fallback={<main aria-busy="true" />}>
      {route ? <route.screen /> : fallback}
    </Part>
  );
}

export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (!router) throw new Error("useRouter is used outside the page's root.");
  return router;
}

/** Returns the values of the `$names` in the matched path. */
export function useParams(): PathParams {
  return useContext(MatchContext).params;
}

export function useLocation(): Location {
  return useCell(useRouter().location);
}

export interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href">, Destination {}

/** Draws a real link, which can be opened in a new tab and copied; a plain click stays in the page. */
export function Link({ to, params, search, hash, replace, onClick, ...rest }: LinkProps): ReactElement {
  const router = useRouter();
  const destination: Destination = {
    to,
    ...(params && { params }),
    ...(search && { search }),
    ...(hash && { hash }),
    ...(replace && { replace }),
  };
  const go = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.navigate(destination);
  };
  return <a {...rest} href={toHref(destination)} onClick={go} />;
}

function matchRoutes(routes: readonly Route[], pathname: string): Matched {
  for (const route of routes) {
    const params = matchPath(route.path, pathname);
    if (params) return { route, params };
  }
  return { route: null, params: {} };
}
