/** Chooses the gateway's agent that runs a bot's turns. Says what is missing when there is nothing to choose from. */
import type { AgentRef } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect } from "react";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import styles from "../../ui/Form.module.css";
import { Link } from "../../ui/router.tsx";
import { agentsQuery, gatewaysQuery } from "./gateway-queries.ts";
import { wordByState } from "./gateway-words.ts";

export function AgentChoice({
  agent,
  onChange,
}: {
  readonly agent: AgentRef | null;
  readonly onChange: (agent: AgentRef) => void;
}): ReactElement {
  const { reads, panel } = useReef();
  const { data: gateways, error } = useQuery(gatewaysQuery(reads));
  const gatewayId = agent?.gatewayId ?? gateways?.[0]?.id;
  if (error) return <p className={styles.error}>Couldn't load the gateways: {errorText(error)}</p>;
  if (!gateways) return <div aria-busy="true" />;
  if (gateways.length === 0 || !gatewayId) {
    return (
      <p className={styles.hint}>
        No gateway is connected yet.{" "}
        <Link to="/gateways" onClick={() => panel.set(null)}>
          Connect an OpenClaw gateway
        </Link>{" "}
        first. Then choose one of its agents here.
      </p>
    );
  }
  return (
    <div className={styles.row}>
      <label className={styles.field}>
        <span className={styles.label}>Gateway</span>
        <select
          className={styles.input}
          value={gatewayId}
          onChange={(event) => onChange({ gatewayId: event.target.value as GatewayId, agentId: "" })}
        >
          {gateways.map(({ id, name, state }) => (
            <option key={id} value={id}>
              {state === "ready" ? name : `${name} (${wordByState[state].toLowerCase()})`}
            </option>
          ))}
        </select>
      </label>
      <AgentOfGateway
        key={gatewayId}
        gatewayId={gatewayId}
        agentId={agent?.agentId ?? ""}
        onChange={(agentId) => onChange({ gatewayId, agentId })}
      />
    </div>
  );
}

function AgentOfGateway({
  gatewayId,
  agentId,
  onChange,
}: {
  readonly gatewayId: GatewayId;
  readonly agentId: string;
  readonly onChange: (agentId: string) => void;
}): ReactElement {
  const { reads } = useReef();
  const { data: agents = [], error, isPending } = useQuery(agentsQuery(reads, gatewayId));
  const first = agents.find(({ isDefault }) => isDefault) ?? agents[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: a first choice exists only once the agents have been read
  useEffect(() => {
    if (agentId === "" && first) onChange(first.agentId);
  }, [agentId, first?.agentId]);
  const isListed = agents.some((agent) => agent.agentId === agentId);
  return (
    <label className={styles.field}>
      <span className={styles.label}>Agent</span>
      <select
        className={styles.input}
        required
        value={agentId}
        disabled={agents.length === 0 && agentId === ""}
        onChange={(event) => onChange(event.target.value)}
      >
        {agentId === "" && <option value="">{isPending ? "Reading…" : "None"}</option>}
        {/* An agent that a disconnected gateway cannot list stays selected. */}
        {agentId !== "" && !isListed && <option value={agentId}>{agentId}</option>}
        {agents.map((agent) => (
          <option key={agent.agentId} value={agent.agentId}>
            {agent.name === agent.agentId ? agent.name : `${agent.name} (${agent.agentId})`}
          </option>
        ))}
      </select>
      {error && <span className={styles.hint}>Couldn't load it: {errorText(error)}</span>}
    </label>
  );
}
