/** Reads the schedules that something on screen shows, all or those of one session; events keep them true. */
import type { ScheduleId, SessionId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { Schedule } from "@reef/protocol/schedule";
import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLiveQuery } from "../../data/overview/use-live-query.ts";
import { type Reef, useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { foldSchedules, type ScheduleMap } from "./schedule-list.ts";
import type { Reader } from "./timing-words.ts";
import { createZone, ownTimeZone } from "./zone-time.ts";

const key = "schedules";
const page = 500;

export function useSchedules(sessionId: SessionId | null = null): UseQueryResult<ScheduleMap> {
  const { client } = useReef();
  return useLiveQuery<ScheduleMap>({
    queryKey: sessionId ? [key, sessionId] : [key],
    read: async () => {
      const byId = new Map<ScheduleId, Schedule>();
      for (let cursor: string | null = ""; cursor !== null; ) {
        const read: Page<Schedule> = await wholeClient(client).schedules({
          limit: page,
          ...(cursor && { cursor }),
          ...(sessionId && { sessionId }),
        });
        for (const schedule of read.items) byId.set(schedule.id, schedule);
        cursor = read.next;
      }
      return byId;
    },
    fold: (schedules, events) => foldSchedules(schedules, events, sessionId),
  });
}

/** Shows the answer of a write immediately; its event says the same a moment later. */
export function takeSchedule({ queryClient }: Pick<Reef, "queryClient">, schedule: Schedule): void {
  const event = { type: "schedule.changed", seq: 0, at: schedule.updatedAt, schedule } as const;
  for (const [queryKey, schedules] of queryClient.getQueriesData<ScheduleMap>({ queryKey: [key] })) {
    const sessionId = (queryKey[1] ?? null) as SessionId | null;
    if (schedules) queryClient.setQueryData(queryKey, foldSchedules(schedules, [event], sessionId));
  }
}

/** Returns the reader's time and zone. */
export function useReader(nowMs: number): Reader {
  const zone = useMemo(() => createZone(ownTimeZone()), []);
  return useMemo(() => ({ nowMs, zone }), [nowMs, zone]);
}
