/**
 * Lists the gateway's own sessions, live: a virtual list, read further as it is scrolled, with the open transcript beside
 * it.
 */
import type { Gateway, GatewaySession } from "@reef/protocol/gateway";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type ReactElement, useDeferredValue, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import { GatewaySessionRow } from "./GatewaySessionRow.tsx";
import { agentsQuery, gatewaySessionsQuery, type SessionView } from "./gateway-queries.ts";
import styles from "./SessionsView.module.css";

const OutsideTranscript = lazyPart("OutsideTranscript", () => import("./OutsideTranscript.tsx"));

/** From the end, in pixels: the next page is read before it is needed. */
const readAheadPx = 1200;

export function SessionsView({
  gateway,
  openKey,
}: {
  readonly gateway: Gateway;
  readonly openKey: string | null;
}): ReactElement {
  const [words, setWords] = useState("");
  const [agentId, setAgentId] = useState<string | null>(null);
  const [archived, setArchived] = useState(false);
  const view = { q: useDeferredValue(words.trim()), agentId, archived };
  return (
    <div className={styles.split} data-open={openKey !== null || undefined}>
      <section className={styles.side} aria-label={`Sessions of ${gateway.name}`}>
        <div className={styles.filters}>
          <SearchField
            label="Find a session of this gateway"
            placeholder="Find a session"
            className={styles.search}
            value={words}
            onSeek={setWords}
          />
          <AgentFilter gateway={gateway} agentId={agentId} onChange={setAgentId} />
          <Check label="Archived" checked={archived} onChange={(event) => setArchived(event.target.checked)} />
        </div>
        <SessionRows key={JSON.stringify(view)} gateway={gateway} view={view} openKey={openKey} />
      </section>
      {openKey !== null && (
        <Part key={openKey} what="This transcript" fallback={<section className={shapes.grow} aria-busy="true" />}>
          <OutsideTranscript key={openKey} gateway={gateway} sessionKey={openKey} />
        </Part>
      )}
    </div>
  );
}

function AgentFilter({
  gateway,
  agentId,
  onChange,
}: {
  readonly gateway: Gateway;
  readonly agentId: string | null;
  readonly onChange: (agentId: string | null) => void;
}): ReactElement | null {
  const { reads } = useReef();
  const { data: agents = [] } = useQuery(agentsQuery(reads, gateway.id));
  if (agents.length < 2) return null;
  return (
    <Select
      options={[["", "All agents"], ...agents.map(({ agentId: id, name }) => [id, name] as const)]}
      aria-label="Agent"
      value={agentId ?? ""}
      onChoose={(chosen) => onChange(chosen || null)}
    />
  );
}

function SessionRows({
  gateway,
  view,
  openKey,
}: {
  readonly gateway: Gateway;
  readonly view: SessionView;
  readonly openKey: string | null;
}): ReactElement {
  const { reads } = useReef();
  const list = useRef<VListHandle>(null);
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery(
    gatewaySessionsQuery(reads, gateway.id, view),
  );
  if (error && !data) {
    return (
      <p className={styles.none} role="alert">
        Couldn't load the sessions: {errorText(error)} <Button onClick={() => void refetch()}>Try again</Button>
      </p>
    );
  }
  const sessions: readonly GatewaySession[] = data?.pages.flatMap(({ items }) => items) ?? [];
  if (isPending) return <div className={shapes.fill} aria-busy="true" />;
  if (sessions.length === 0) return <p className={styles.none}>{emptyWords(gateway, view)}</p>;
  const readOn = (): void => {
    const handle = list.current;
    if (!handle || !hasNextPage || isFetchingNextPage) return;
    if (handle.scrollSize - handle.scrollOffset - handle.viewportSize <= readAheadPx) void fetchNextPage();
  };
  return (
    <VList ref={list} className={shapes.fill} data={sessions} bufferSize={400} onScroll={readOn} tabIndex={-1}>
      {(session) => <GatewaySessionRow key={session.key} session={session} isOpen={session.key === openKey} />}
    </VList>
  );
}

function emptyWords({ state }: Gateway, { q, agentId, archived }: SessionView): string {
  if (q !== "" || agentId !== null) return "No session matches.";
  if (archived) return "Nothing is archived in OpenClaw.";
  const isRead = state === "ready" || state === "read_only";
  return isRead ? "No sessions yet." : "Its sessions appear once it is connected.";
}
