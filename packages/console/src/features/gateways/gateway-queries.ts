/**
 * Reads gateways. What a gateway has is read again whenever the server says that something changed: the hints name a
 * gateway and perhaps one of its sessions, never its new state.
 */
import type { Gateway, GatewayAgent, GatewaySession } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { GatewayHint } from "@reef/protocol/socket";
import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ReadContext } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { followHints } from "./follow-hints.ts";

/** The filter of a list of a gateway's sessions. */
export interface SessionView {
  readonly q: string;
  readonly agentId: string | null;
  readonly archived: boolean;
}

const listLimit = 200;
/** A busy gateway hints many times a second; the lists follow at this pace. */
const followMs = 300;

const gatewayKeys = {
  all: ["gateways"] as const,
  list: ["gateways", "list"] as const,
  agents: (id: GatewayId) => ["gateways", id, "agents"] as const,
  sessions: (id: GatewayId) => ["gateways", id, "sessions"] as const,
  session: (id: GatewayId, key: string) => ["gateways", id, "session", key] as const,
  entries: (id: GatewayId, key: string) => ["gateways", id, "entries", key] as const,
};

const live = { staleTime: 5_000, gcTime: 60_000 } as const;

export function gatewaysQuery({ client, whenSubscribed }: ReadContext) {
  return queryOptions({
    queryKey: gatewayKeys.list,
    queryFn: async (): Promise<readonly Gateway[]> => {
      await whenSubscribed();
      return (await wholeClient(client).gateways()).items;
    },
    ...live,
  });
}

export function agentsQuery({ client, whenSubscribed }: ReadContext, id: GatewayId) {
  return queryOptions({
    queryKey: gatewayKeys.agents(id),
    queryFn: async (): Promise<readonly GatewayAgent[]> => {
      await whenSubscribed();
      return (await wholeClient(client).gatewayAgents(id)).items;
    },
    ...live,
  });
}

export function gatewaySessionsQuery({ client, whenSubscribed }: ReadContext, id: GatewayId, view: SessionView) {
  return infiniteQueryOptions({
    queryKey: [...gatewayKeys.sessions(id), view] as const,
    queryFn: async ({ pageParam }): Promise<Page<GatewaySession>> => {
      await whenSubscribed();
      return wholeClient(client).gatewaySessions(id, {
        limit: listLimit,
        cursor: pageParam,
        archived: view.archived,
        ...(view.agentId !== null && { agentId: view.agentId }),
        ...(view.q !== "" && { q: view.q }),
      });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    ...live,
  });
}

/** Reads one session by its key; null when the gateway does not list it. */
export function gatewaySessionQuery({ client, whenSubscribed }: ReadContext, id: GatewayId, key: string) {
  return queryOptions({
    queryKey: gatewayKeys.session(id, key),
    queryFn: async (): Promise<GatewaySession | null> => {
      await whenSubscribed();
      for (const archived of [false, true]) {
        const { items } = await wholeClient(client).gatewaySessions(id, { q: key, archived, limit: 20 });
        const found = items.find((session) => session.key === key);
        if (found) return found;
      }
      return null;
    },
    ...live,
  });
}

export function entriesKey(id: GatewayId, key: string): readonly string[] {
  return gatewayKeys.entries(id, key);
}

export function readGatewaysAgain(queryClient: QueryClient): void {
  void queryClient.invalidateQueries({ queryKey: gatewayKeys.all });
}

/**
 * Keeps reads of gateways up to date for as long as something shows them: `state` their states, `all` what they have as
 * well.
 */
export function useGatewayHints(what: "state" | "all"): void {
  const { live: line, queryClient } = useReef();
  useEffect(() => {
    const stop = new AbortController();
    const take = followHints<GatewayHint>({
      read: (hints) => readHinted(queryClient, hints),
      pause: () => new Promise((resolve) => setTimeout(resolve, followMs)),
      signal: stop.signal,
    });
    const stopHints = line.onHint((hint) => {
      if (hint.type === "reopened") readGatewaysAgain(queryClient);
      if (hint.type !== "gateway" || (what === "state" && hint.key !== null)) return;
      take(hint);
    });
    const stopEvents = line.onEvents((events) => {
      const isAbout = events.some(({ type }) => type === "gateway.changed" || type === "gateway.deleted");
      if (isAbout) readGatewaysAgain(queryClient);
    });
    return () => {
      stop.abort();
      stopHints();
      stopEvents();
    };
  }, [line, queryClient, what]);
}

async function readHinted(queryClient: QueryClient, hints: readonly GatewayHint[]): Promise<void> {
  const keys: (readonly string[])[] = [gatewayKeys.list];
  for (const id of new Set(hints.map(({ gatewayId }) => gatewayId))) {
    const named = new Set(hints.filter(({ gatewayId }) => gatewayId === id).map(({ key }) => key));
    keys.push(gatewayKeys.sessions(id));
    for (const key of named) {
      if (key === null) keys.push(gatewayKeys.agents(id));
      else keys.push(gatewayKeys.session(id, key), gatewayKeys.entries(id, key));
    }
  }
  await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}
