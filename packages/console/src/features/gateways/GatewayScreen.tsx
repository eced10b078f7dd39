/**
 * Shows one gateway: its state, its sessions, its agents. The address says which of them is shown, so that each can be
 * linked.
 */
import type { Gateway } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { ButtonLink } from "../../ui/ButtonLink.tsx";
import { Link, useLocation, useParams } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
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
  const read = { what: "the gateway", error, isReading: !gateways, again: refetch };
  const back = { to: "/gateways", label: "All gateways" };
  if (!gateway) {
    return (
      <Screen title="Gateway" back={back} read={read}>
        {gateways && (
          <p className={shapes.none}>
            This gateway doesn't exist or was removed. <Link to="/gateways">All gateways</Link>
          </p>
        )}
      </Screen>
    );
  }
  return (
    <Screen
      title={gateway.name}
      label={`Gateway ${gateway.name}`}
      back={back}
      sign={<GatewaySign state={gateway.state} />}
      about={[wordByState[gateway.state], releaseWords(gateway)].filter(Boolean).join(" · ")}
      tools={<Tools gateway={gateway} view={view} />}
      body="own"
    >
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
    </Screen>
  );
}

function Tools({ gateway, view }: { readonly gateway: Gateway; readonly view: "agents" | "sessions" }): ReactElement {
  const check = useCheck(gateway);
  const params = { gatewayId: gateway.id };
  const tabs = [
    { key: "sessions", label: "Sessions", count: gateway.sessions, search: {} },
    { key: "agents", label: "Agents", count: gateway.agents, search: { view: "agents" } },
  ] as const;
  return (
    <>
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
      <ButtonLink to="/gateways/import" search={{ gateway: gateway.id }}>
        Import
      </ButtonLink>
      {gateway.enabled && (
        <Button disabled={check.isPending} onClick={() => check.mutate()}>
          {check.isPending ? "Checking…" : "Check now"}
        </Button>
      )}
    </>
  );
}
