/**
 * Lists the agents of a gateway: which of them are bots here, and buttons to adopt them, create new ones, and warm them up.
 */
import type { Gateway, GatewayAgent } from "@reef/protocol/gateway";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Bot } from "lucide";
import { type ReactElement, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Bones } from "../../ui/Bones.tsx";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./AgentsView.module.css";
import { BoundBot } from "./BoundBot.tsx";
import { agentsQuery, readGatewaysAgain } from "./gateway-queries.ts";
import { useAdoptAgent } from "./use-adopt-agent.ts";
import { WarmUp } from "./WarmUp.tsx";

const NewAgentDialog = lazyPart("NewAgentDialog", () => import("./NewAgentDialog.tsx"));

export function AgentsView({ gateway }: { readonly gateway: Gateway }): ReactElement {
  const { reads } = useReef();
  const queryClient = useQueryClient();
  const { data: agents, error, refetch } = useQuery(agentsQuery(reads, gateway.id));
  const [isMaking, setMaking] = useState(false);
  const isReady = gateway.state === "ready";
  return (
    <div className={`${shapes.body} ${styles.body}`} aria-busy={!agents && !error}>
      <div className={styles.tools}>
        <p>
          Agents belong to OpenClaw. Adopted as a bot, an agent gets sessions, receipts and memory from Reef. Its model,
          tools and workspace stay in OpenClaw.
        </p>
        <Button disabled={!isReady} onClick={() => setMaking(true)}>
          New agent
        </Button>
      </div>
      {agents && agents.length > 1 && <WarmUp gateway={gateway} agents={agents} />}
      {error && <LoadFailure what="the agents" error={error} onAgain={refetch} />}
      {!agents && !error && <Bones />}
      {agents?.length === 0 && (
        <Empty icon={Bot} title="This gateway has no agents">
          Create one here, or with OpenClaw itself.
        </Empty>
      )}
      {agents && agents.length > 0 && (
        <ul className={shapes.bare} aria-label={`Agents of ${gateway.name}`}>
          {agents.map((agent) => (
            <AgentRow key={agent.agentId} agent={agent} canAdopt={isReady} />
          ))}
        </ul>
      )}
      {isMaking && (
        <Part what="This dialog" onClose={() => setMaking(false)}>
          <NewAgentDialog
            gateway={gateway}
            onClose={() => {
              setMaking(false);
              readGatewaysAgain(queryClient);
            }}
          />
        </Part>
      )}
    </div>
  );
}

function AgentRow({ agent, canAdopt }: { readonly agent: GatewayAgent; readonly canAdopt: boolean }): ReactElement {
  const { reads } = useReef();
  const { data: bound = [] } = useQuery({
    ...botsQuery(reads),
    select: (bots) =>
      [...bots.values()].filter(
        (bot) => bot.agent?.gatewayId === agent.gatewayId && bot.agent.agentId === agent.agentId,
      ),
  });
  const adopt = useAdoptAgent(agent);
  return (
    <li className={styles.row} data-agent={agent.agentId}>
      {agent.emoji ? (
        <span className={styles.emoji} aria-hidden="true">
          {agent.emoji}
        </span>
      ) : (
        <Avatar name={agent.name} seed={agent.agentId} />
      )}
      <div className={shapes.grow}>
        <p className={styles.name}>
          {agent.name}
          {agent.isDefault && <span className={styles.tag}>default</span>}
        </p>
        <p className={styles.about}>
          <code>{agent.agentId}</code>
          {agent.model && <span>{agent.model}</span>}
          {agent.workspace && <span title={agent.workspace}>{agent.workspace}</span>}
        </p>
      </div>
      <div className={styles.bots}>
        {bound.map((bot) => (
          <BoundBot key={bot.id} bot={bot} />
        ))}
        {bound.length === 0 && (
          <Button
            isSmall
            disabled={!canAdopt || adopt.isPending}
            aria-label={`Adopt as bot: ${agent.name}`}
            onClick={() => adopt.mutate()}
          >
            {adopt.isPending ? "Adopting…" : "Adopt as bot"}
          </Button>
        )}
      </div>
    </li>
  );
}
