/**
 * Shows one gateway: its state, its sessions, its agents. The address says which of them is shown, so that each can be
 * linked.
 */
import type { Gateway } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Link, useLocation, useParams } from "../../ui/router.tsx";
import { ScreenTabs } from "../../ui/ScreenTabs.tsx";
import shapes from "../../ui/Shapes.module.css";
import { AgentsView } from "./AgentsView.tsx";
import { GatewayNotice } from "./GatewayNotice.tsx";
import styles from "./GatewayScreen.module.css";
import { GatewaySign } from "./GatewaySign.tsx";
import { gatewaysQuery, useGatewayHints } from "./gateway-queries.ts";
import { releaseWords, wordByState } from "./gateway-words.ts";
import { SessionsView } from "./SessionsView.tsx";
import { useCheck } from "./use-check.ts";

export function GatewayScreen(): ReactElement {
  const { reads } = useReef();
  useGatewayHints("all");
  const { gatewayId } = useParams() as { readonly gatewayId: GatewayId };
  const { data: gateways, error, refetch } = useQuery(gatewaysQuery(reads));
  const gateway = gateways?.find(({ id }) => id === gatewayId);
  const search = new URLSearchParams(useLocation().search);
  const view = search.get("view") === "agents" ? "agents" : "sessions";
  if (!gateway) {
    return (
      <main className={shapes.screen} aria-label="Gateway" aria-busy={!gateways && !error}>
        <div className={styles.missing}>
          {error && (
            <p role="alert">
              Couldn't load the gateway: {errorText(error)} <Button onClick={() => void refetch()}>Try again</Button>
            </p>
          )}
          {gateways && (
            <p>
              This gateway doesn't exist or was removed. <Link to="/gateways">All gateways</Link>
            </p>
          )}
        </div>
      </main>
    );
  }
  return (
    <main className={shapes.screen} aria-label={`Gateway ${gateway.name}`}>
      <Head gateway={gateway} view={view} />
      {gateway.state !== "ready" && (
        <div className={styles.notice}>
          <GatewayNotice gateway={gateway} />
        </div>
      )}
      {view === "agents" ? (
        <AgentsView gateway={gateway} />
      ) : (
        <SessionsView gateway={gateway} openKey={search.get("key")} />
      )}
    </main>
  );
}

function Head({ gateway, view }: { readonly gateway: Gateway; readonly view: "agents" | "sessions" }): ReactElement {
  const check = useCheck(gateway);
  const params = { gatewayId: gateway.id };
  const tabs = [
    { key: "sessions", label: "Sessions", count: gateway.sessions, search: {} },
    { key: "agents", label: "Agents", count: gateway.agents, search: { view: "agents" } },
  ] as const;
  return (
    <header className={`${shapes.head} ${styles.head}`}>
      <Link to="/gateways" className={`${shapes.back} ${styles.back}`} aria-label="All gateways">
        ‹
      </Link>
      <GatewaySign state={gateway.state} />
      <h1 className={`${shapes.cut} ${styles.title}`} dir="auto">
        {gateway.name}
      </h1>
      <span className={`${shapes.cut} ${styles.about}`}>
        {wordByState[gateway.state]}
        {releaseWords(gateway) && ` · ${releaseWords(gateway)}`}
      </span>
      <span className={styles.push} />
      <ScreenTabs
        label={`Of ${gateway.name}`}
        to="/gateways/$gatewayId"
        params={params}
        tabs={tabs.map(({ key, label, count, search }) => ({
          key,
          search,
          label: (
            <>
              {label} {count !== null && <span className={styles.count}>{count}</span>}
            </>
          ),
        }))}
        current={view}
      />
      <Link to="/gateways/import" search={{ gateway: gateway.id }} className={styles.tool}>
        Import
      </Link>
      {gateway.enabled && (
        <Button disabled={check.isPending} onClick={() => check.mutate()}>
          {check.isPending ? "Checking…" : "Check now"}
        </Button>
      )}
    </header>
  );
}
