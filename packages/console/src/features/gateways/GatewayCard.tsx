/** Shows one gateway: its state by shape and words, what it has, and what a person can do when it does not work. */
import type { Gateway } from "@reef/protocol/gateway";
import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import cards from "../../ui/Cards.module.css";
import { countOf } from "../../ui/count.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime } from "../../ui/time.ts";
import { GatewayNotice } from "./GatewayNotice.tsx";
import { GatewaySign } from "./GatewaySign.tsx";
import styles from "./GatewaysScreen.module.css";
import { readGatewaysAgain } from "./gateway-queries.ts";
import { releaseWords, tokenWords, wordByState } from "./gateway-words.ts";
import { useCheck } from "./use-check.ts";

export function GatewayCard({
  gateway,
  onEdit,
  onRemove,
}: {
  readonly gateway: Gateway;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}): ReactElement {
  const reef = useReef();
  const queryClient = useQueryClient();
  const check = useCheck(gateway);
  const params = { gatewayId: gateway.id };
  const setEnabled = (enabled: boolean): void =>
    void attempt(reef, enabled ? "Couldn't switch it on" : "Couldn't switch it off", async () => {
      await wholeClient(reef.client).changeGateway(gateway.id, { enabled });
      readGatewaysAgain(queryClient);
    });
  return (
    <li className={`${shapes.card} ${cards.card}`} data-gateway={gateway.id} data-state={gateway.state}>
      <div className={cards.head}>
        <GatewaySign state={gateway.state} />
        <Link to="/gateways/$gatewayId" params={params} className={`${shapes.cut} ${styles.name}`}>
          {gateway.name}
        </Link>
        <span className={cards.state}>{wordByState[gateway.state]}</span>
        <span className={cards.push} />
        {gateway.enabled && (
          <Button isSmall className={styles.wide} disabled={check.isPending} onClick={() => check.mutate()}>
            {check.isPending ? "Checking…" : "Check now"}
          </Button>
        )}
        <Menu
          align="end"
          entries={() => [
            ...(gateway.enabled
              ? [{ type: "item", key: "check", label: "Check now", run: () => check.mutate() } as const]
              : []),
            { type: "item", key: "edit", label: "Edit…", run: onEdit },
            gateway.enabled
              ? { type: "item", key: "off", label: "Switch off", run: () => setEnabled(false) }
              : { type: "item", key: "on", label: "Switch on", run: () => setEnabled(true) },
            { type: "line", key: "line" },
            { type: "item", key: "remove", label: "Remove…", run: onRemove },
          ]}
          trigger={
            <Button look="quiet" isSquare isSmall aria-label={`Actions for ${gateway.name}`}>
              <Icon icon={Ellipsis} size={14} />
            </Button>
          }
        />
      </div>
      <p className={styles.about}>
        <code>{gateway.url}</code>
        {releaseWords(gateway) && <span>{releaseWords(gateway)}</span>}
        <span>token from {tokenWords(gateway.token)}</span>
        {gateway.connectedAt && gateway.state === "ready" && (
          <span>
            since <time dateTime={gateway.connectedAt}>{absoluteTime(gateway.connectedAt)}</time>
          </span>
        )}
      </p>
      <GatewayNotice gateway={gateway} />
      <p className={styles.doors}>
        <Link to="/gateways/$gatewayId" params={params} className={styles.door}>
          {!gateway.sessions ? "Sessions" : countOf(gateway.sessions, "session")}
        </Link>
        <Link to="/gateways/$gatewayId" params={params} search={{ view: "agents" }} className={styles.door}>
          {!gateway.agents ? "Agents" : countOf(gateway.agents, "agent")}
        </Link>
        <Link to="/gateways/import" search={{ gateway: gateway.id }} className={styles.door}>
          Import from it
        </Link>
      </p>
    </li>
  );
}
