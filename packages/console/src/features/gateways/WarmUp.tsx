/** Warms up the agents of a gateway, one after another, with progress: each costs a short run, so a person starts it. */
import type { Gateway, GatewayAgent } from "@reef/protocol/gateway";
import type { Progress } from "@reef/protocol/progress";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import styles from "./AgentsView.module.css";
import { takeProgress, useProgressList } from "./use-progress.ts";

export function WarmUp({
  gateway,
  agents,
}: {
  readonly gateway: Gateway;
  readonly agents: readonly GatewayAgent[];
}): ReactElement {
  const reef = useReef();
  const queryClient = useQueryClient();
  const newest = useProgressList().find(({ kind, gatewayId }) => kind === "warm" && gatewayId === gateway.id);
  const start = useMutation({
    mutationFn: () =>
      attempt(reef, "Couldn't warm it up", async () =>
        takeProgress(queryClient, await wholeClient(reef.client).warmGateway(gateway.id)),
      ),
  });
  const stop = (id: string): void =>
    void attempt(reef, "Couldn't stop it", async () =>
      takeProgress(queryClient, await wholeClient(reef.client).cancelProgress(id)),
    );
  const nameOf = (id: string | null): string => agents.find(({ agentId }) => agentId === id)?.name ?? id ?? "";
  if (newest?.state === "running") {
    return (
      <div className={styles.warm} role="status">
        <p>
          Warming up {nameOf(newest.current)}: {newest.done} of {newest.total ?? agents.length} done.
        </p>
        <progress
          className={styles.progress}
          aria-label="Agents warmed up"
          value={newest.done}
          max={newest.total ?? agents.length}
        />
        <Button look="quiet" onClick={() => stop(newest.id)}>
          Stop
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.warm}>
      <p role="status">
        {newest
          ? outcomeWords(newest, agents)
          : "An agent's first turn takes OpenClaw 5 to 15 seconds longer. Warm up the agents in advance to avoid the wait."}
      </p>
      <Button disabled={gateway.state !== "ready" || start.isPending} onClick={() => start.mutate()}>
        {newest ? "Warm up again" : "Warm up"}
      </Button>
    </div>
  );
}

function outcomeWords({ state, done, problems, error }: Progress, agents: readonly GatewayAgent[]): string {
  if (state === "failed") return `The warm-up failed: ${error ?? "no reason was given"}.`;
  const words = `${countOf(done, "agent")} of ${agents.length} warmed up${state === "cancelled" ? ", then stopped" : ""}.`;
  const first = problems[0];
  const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return first ? `${words} Not ${first.what}: ${first.reason}${others}` : words;
}
