/**
 * Lists the gateway's own sessions, live: a virtual list, read further as it is scrolled, with the open transcript beside
 * it.
 */
import type { Gateway, GatewaySession } from "@reef/protocol/gateway";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Archive, MessageSquare } from "lucide";
import { type ReactElement, useDeferredValue, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { useReef } from "../../data/reef.ts";
import { Bones } from "../../ui/Bones.tsx";
import { Check } from "../../ui/Check.tsx";
import { Empty, NoResults } from "../../ui/Empty.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
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
        <SessionRows
          key={JSON.stringify(view)}
          gateway={gateway}
          view={view}
          openKey={openKey}
          onClear={() => {
            setWords("");
            setAgentId(null);
          }}
        />
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
  onClear,
}: {
  readonly gateway: Gateway;
  readonly view: SessionView;
  readonly openKey: string | null;
  readonly onClear: () => void;
}): ReactElement {
  const { reads } = useReef();
  const list = useRef<VListHandle>(null);
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery(
    gatewaySessionsQuery(reads, gateway.id, view),
  );
  if (error && !data) {
    return <LoadFailure what="the sessions" error={error} onAgain={refetch} />;
  }
  const sessions: readonly GatewaySession[] = data?.pages.flatMap(({ items }) => items) ?? [];
  if (isPending) {
    return (
      <div className={shapes.fill} aria-busy="true">
        <Bones />
      </div>
    );
  }
  if (sessions.length === 0) return <NoSessions gateway={gateway} view={view} onClear={onClear} />;
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

function NoSessions({
  gateway: { state },
  view: { q, agentId, archived },
  onClear,
}: {
  readonly gateway: Gateway;
  readonly view: SessionView;
  readonly onClear: () => void;
}): ReactElement {
  if (q !== "" || agentId !== null) return <NoResults words={q} onClear={onClear} />;
  if (archived) {
    return (
      <Empty icon={Archive} title="Nothing is archived in OpenClaw">
        A session that is archived there is listed here.
      </Empty>
    );
  }
  const isRead = state === "ready" || state === "read_only";
  return (
    <Empty icon={MessageSquare} title="No sessions yet">
      {isRead ? "What its agents start is listed here." : "Its sessions appear once it is connected."}
    </Empty>
  );
}
