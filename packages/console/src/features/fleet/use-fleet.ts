/** Reads the workers of the fleet; events keep them true. */
import type { Event } from "@reef/protocol/event";
import type { Gateway } from "@reef/protocol/gateway";
import type { WorkerId } from "@reef/protocol/ids";
import type { Worker } from "@reef/protocol/worker";
import type { UseQueryResult } from "@tanstack/react-query";
import { useLiveQuery } from "../../data/overview/use-live-query.ts";
import { type Reef, useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";

export interface FleetState {
  readonly workers: readonly Worker[];
  /** The worker that answers this page. */
  readonly current: WorkerId;
  readonly gateways: readonly Pick<Gateway, "id" | "name">[];
}

const queryKey = ["fleet"];

export function useFleet(): UseQueryResult<FleetState> {
  const { client } = useReef();
  return useLiveQuery<FleetState>({
    queryKey,
    read: async () => {
      const whole = wholeClient(client);
      const [{ items, current }, gateways] = await Promise.all([whole.workers(), whole.gateways()]);
      return { workers: items, current, gateways: gateways.items };
    },
    fold: foldFleet,
  });
}

export function foldFleet(fleet: FleetState, events: readonly Event[]): FleetState {
  let { workers } = fleet;
  for (const event of events) {
    if (event.type === "worker.deleted") workers = workers.filter(({ id }) => id !== event.workerId);
    if (event.type !== "worker.changed") continue;
    const { worker } = event;
    workers = workers.some(({ id }) => id === worker.id)
      ? workers.map((each) => (each.id === worker.id ? worker : each))
      : [...workers, worker];
  }
  return workers === fleet.workers ? fleet : { ...fleet, workers };
}

/** Shows the answer of a write immediately; its event says the same a moment later. */
export function takeWorker({ queryClient }: Pick<Reef, "queryClient">, worker: Worker): void {
  const event = { type: "worker.changed", seq: 0, at: worker.lastSeenAt, worker } as const;
  queryClient.setQueryData<FleetState>(queryKey, (fleet) => fleet && foldFleet(fleet, [event]));
}
