/** These calls manage schedules, which send a message into a session at a set time. */
import type { ScheduleId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { NewSchedule, Schedule, ScheduleFilter, SchedulePatch } from "@reef/protocol/schedule";
import type { CallOptions, Send } from "./call.ts";

interface SchedulePage extends ScheduleFilter {
  readonly limit?: number;
  readonly cursor?: string | null;
}

export function scheduleCalls(send: Send) {
  return {
    /** In order of creation. */
    schedules: (query: SchedulePage = {}, options?: CallOptions) =>
      send<Page<Schedule>>({ method: "GET", path: "/v1/schedules", query: { ...query }, ...options }),
    schedule: (id: ScheduleId, options?: CallOptions) =>
      send<Schedule>({ method: "GET", path: `/v1/schedules/${id}`, ...options }),
    /** `invalid_request` for a time in the past or an invalid pattern. */
    createSchedule: (schedule: NewSchedule) =>
      send<Schedule>({ method: "POST", path: "/v1/schedules", body: schedule }),
    changeSchedule: (id: ScheduleId, patch: SchedulePatch) =>
      send<Schedule>({ method: "PATCH", path: `/v1/schedules/${id}`, body: patch }),
    /** Sends its message now; `conflict` while its previous message still waits. */
    runSchedule: (id: ScheduleId) => send<Schedule>({ method: "POST", path: `/v1/schedules/${id}/run` }),
    deleteSchedule: (id: ScheduleId) => send<void>({ method: "DELETE", path: `/v1/schedules/${id}` }),
  };
}
