/**
 * Shows one gateway: its state, its sessions, its agents. The address says which of them is shown, so that each can be
 * linked.
 */
import type { Gateway } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { Unplug } from "lucide";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { ButtonLink } from "../../ui/ButtonLink.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { useLocation, useParams } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { ScreenTabs } from "../../ui/ScreenTabs.tsx";
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
          <Empty
            icon={Unplug}
            title="This gateway doesn't exist or was removed"
            actions={<ButtonLink to="/gateways">All gateways</ButtonLink>}
          />
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
      tabs={<Views gateway={gateway} view={view} />}
      tools={<Tools gateway={gateway} />}
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

function Views({ gateway, view }: { readonly gateway: Gateway; readonly view: "agents" | "sessions" }): ReactElement {
  const tabs = [
    { key: "sessions", label: "Sessions", count: gateway.sessions, search: {} },
    { key: "agents", label: "Agents", count: gateway.agents, search: { view: "agents" } },
  ] as const;
  return (
    <ScreenTabs
      label={`Of ${gateway.name}`}
      to="/gateways/$gatewayId"
      params={{ gatewayId: gateway.id }}
      tabs={tabs.map(({ key, label, count, search }) => ({
        key,
        search,
        label: (
          <>
            {label} {Boolean(count) && <span className={styles.count}>{count}</span>}
          </>
        ),
      }))}
      current={view}
    />
  );
}

function Tools({ gateway }: { readonly gateway: Gateway }): ReactElement {
  const check = useCheck(gateway);
  return (
    <>
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
