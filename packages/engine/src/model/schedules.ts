/** Keeps the schedules of the in-memory store. */
import { AppError } from "@reef/protocol/error";
import type { Schedule } from "@reef/protocol/schedule";
import type { Queries } from "../port/queries.ts";
import type { MessageSeed, Op } from "../port/unit.ts";
import { isBotHeld, isPlaceHeld } from "./held.ts";
import { type Cut, chainOf, changeChain, filterValues, get, type ModelState, type ModelWork } from "./state.ts";

export function createSchedule(
  work: ModelWork,
  { schedule: seed, chainId }: Extract<Op, { op: "schedule.create" }>,
): void {
  const { state, at } = work;
  get(state.sessions, seed.sessionId);
  if (state.schedules.has(seed.id)) throw new AppError("conflict", "there is such a schedule already");
  const none = { lastAt: null, lastMessageId: null, sent: 0, skipped: 0 };
  save(work, { ...seed, ...none, createdAt: at, updatedAt: at });
  if (chainId === undefined) return;
  const root = chainOf(state, chainId).root ?? chainId;
  changeChain(state, root, { planned: chainOf(state, root).planned + 1 });
  state.scheduleChains.set(seed.id, root);
}

export function changeSchedule(work: ModelWork, { id, fields }: Extract<Op, { op: "schedule.change" }>): void {
  save(work, { ...get(work.state.schedules, id), ...fields, updatedAt: work.at });
}

export function fireSchedule(
  work: ModelWork,
  op: Extract<Op, { op: "schedule.fire" }>,
  send: (message: MessageSeed) => void,
): void {
  const { state } = work;
  const schedule = get(state.schedules, op.id);
  if (schedule.nextAt !== op.dueAt) throw new AppError("conflict", "this schedule has changed since");
  const { lastMessageId } = schedule;
  const isWaiting = lastMessageId !== null && state.messages.get(lastMessageId)?.state === "queued";
  const message = isWaiting ? null : op.message;
  const root = state.scheduleChains.get(op.id);
  if (message !== null) {
    send(message);
    if (root !== undefined && schedule.by === "bot") changeChain(state, message.chainId, { root });
  }
  save(work, {
    ...schedule,
    state: op.nextAt === null && schedule.state === "active" ? "done" : schedule.state,
    nextAt: op.nextAt,
    lastAt: work.at,
    lastMessageId: message?.id ?? lastMessageId,
    sent: schedule.sent + (message === null ? 0 : 1),
    skipped: schedule.skipped + op.missed + (message === null ? 1 : 0),
  });
}

export function deleteSchedule({ state, events }: ModelWork, id: Schedule["id"]): void {
  get(state.schedules, id);
  state.schedules.delete(id);
  events.push({ type: "schedule.deleted", scheduleId: id });
}

export function scheduleQueries(
  current: () => ModelState,
  cut: Cut,
): Pick<Queries, "schedule" | "schedules" | "dueSchedules" | "nextScheduleAt"> {
  const active = () =>
    filterValues(current().schedules, ({ state, sessionId, botId }) => {
      const session = current().sessions.get(sessionId);
      const isHeld =
        (session !== undefined && isPlaceHeld(current(), session)) ||
        (current().bots.has(botId) && isBotHeld(current(), botId));
      return state === "active" && !isHeld;
    });
  const byNextAt = (a: Schedule, b: Schedule) => ((a.nextAt ?? "") < (b.nextAt ?? "") ? -1 : 1);
  return {
    schedule: async (id) => current().schedules.get(id) ?? null,
    schedules: async ({ sessionId, botId, state }, page) =>
      cut(
        filterValues(
          current().schedules,
          (schedule) =>
            (sessionId === undefined || schedule.sessionId === sessionId) &&
            (botId === undefined || schedule.botId === botId) &&
            (state === undefined || schedule.state === state),
        ),
        page,
      ),
    dueSchedules: async (at, limit) =>
      active()
        .filter(({ nextAt }) => nextAt !== null && nextAt <= at)
        .sort(byNextAt)
        .slice(0, limit),
    nextScheduleAt: async () => active().sort(byNextAt)[0]?.nextAt ?? null,
  };
}

function save({ state, events }: ModelWork, schedule: Schedule): void {
  state.schedules.set(schedule.id, schedule);
  events.push({ type: "schedule.changed", schedule });
}
