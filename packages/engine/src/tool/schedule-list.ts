/** Lists what is planned for the calling bot, by itself and by people. */
import type { Schedule } from "@reef/protocol/schedule";
import { msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { oneLine } from "../prompt/defuse.ts";
import { timingWords } from "../schedule/timing-words.ts";
import { defineTool } from "./tool.ts";

const limit = 50;
const shownText = 200;

export const scheduleList = defineTool({
  name: "schedule_list",
  description: "Lists the schedules of your sessions: id, name, when, next time, state, who made it, and its text.",
  input: z.strictObject({}),
  effects: { kind: "unit" },
  changes: "nothing",
  words: "kept",
  tells: "nobody",
  folds: true,
  async run({ deps, session, isLent = false }) {
    const { items, next } = await deps.store.read.schedules({ botId: session.botId }, { limit, cursor: null });
    const lines = items.map((schedule) => lineOf(schedule, schedule.sessionId === session.id && !isLent));
    if (next !== null) lines.push(`… only the first ${limit} are shown`);
    const head = `it is now ${msToIso(deps.clock.now())}`;
    return { type: "result", text: [head, ...(lines.length === 0 ? ["no schedules"] : lines)].join("\n") };
  },
});

function lineOf({ id, name, timing, nextAt, state, by, text, sessionId }: Schedule, isHere: boolean): string {
  return [
    id,
    oneLine(name),
    timingWords(timing),
    nextAt === null ? state : `next ${nextAt}`,
    by === "bot" ? "made by you" : "made by the person",
    isHere ? "this session" : sessionId,
    oneLine(text, shownText),
  ].join(" | ");
}
