/** Shows, among the evidence of a bot's health, the state of the gateway that runs it. */
import type { Bot } from "@reef/protocol/bot";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import form from "../../ui/Form.module.css";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./BotGateway.module.css";
import { GatewayNotice } from "./GatewayNotice.tsx";
import { GatewaySign } from "./GatewaySign.tsx";
import { gatewaysQuery } from "./gateway-queries.ts";
import { releaseWords, wordByState } from "./gateway-words.ts";

export function BotGateway({ bot }: { readonly bot: Bot }): ReactElement | null {
  const { reads } = useReef();
  const { data: gateways } = useQuery(gatewaysQuery(reads));
  if (!bot.agent || !gateways) return null;
  const { gatewayId, agentId } = bot.agent;
  const gateway = gateways.find(({ id }) => id === gatewayId);
  if (!gateway) return <p className={form.error}>Its gateway was removed. Choose another runtime for the bot below.</p>;
  return (
    <div className={styles.gateway}>
      <p className={`${shapes.line} ${styles.line}`}>
        <GatewaySign state={gateway.state} />
        <Link to="/gateways/$gatewayId" params={{ gatewayId }} search={{ view: "agents" }}>
          {gateway.name}
        </Link>
        <span>{wordByState[gateway.state]}</span>
      </p>
      <p className={shapes.meta}>
        Agent <code>{agentId}</code>
        {releaseWords(gateway) && ` · ${releaseWords(gateway)}`}
      </p>
      <GatewayNotice gateway={gateway} />
    </div>
  );
}
