/** Lets a person act on a schedule. Each function reports its failure. */
import type { Schedule } from "@reef/protocol/schedule";
import type { Reef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { takeSchedule } from "./use-schedules.ts";

type Parts = Pick<Reef, "client" | "queryClient" | "toasts">;

export async function setPaused(reef: Parts, { id, state }: Schedule): Promise<void> {
  const isPausing = state === "active";
  await attempt(reef, isPausing ? "Couldn't pause it" : "Couldn't resume it", async () =>
    takeSchedule(reef, await wholeClient(reef.client).changeSchedule(id, { state: isPausing ? "paused" : "active" })),
  );
}

/** `show` opens what was sent. */
export async function runNow(reef: Parts, schedule: Schedule, show: (sent: Schedule) => void): Promise<void> {
  await attempt(reef, "Couldn't send it", async () => {
    const sent = await wholeClient(reef.client).runSchedule(schedule.id);
    takeSchedule(reef, sent);
    reef.toasts.show({ text: `Sent “${schedule.name}”`, action: { label: "Show", run: () => show(sent) } });
  });
}
