/** Cancels what the bot itself has planned, never a person's schedule (SC3). */
import { z } from "zod";
import { oneLine } from "../prompt/defuse.ts";
import { defineTool, errorResult } from "./tool.ts";

export const scheduleCancel = defineTool({
  name: "schedule_cancel",
  description: "Cancels a schedule that you made, by its id or name. What it sent before stays.",
  input: z.strictObject({ schedule: z.string().trim().min(1).describe("Its id (sch_…) or its name.") }),
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "nobody",
  folds: true,
  async run({ deps, session }, { schedule: asked }) {
    const { items } = await deps.store.read.schedules({ botId: session.botId }, { limit: 1_000, cursor: null });
    const named = items.filter(({ id, name }) => id === asked || name.toLowerCase() === asked.toLowerCase());
    const [found] = named;
    if (found === undefined) return errorResult("you have no such schedule; schedule_list shows yours");
    if (named.length > 1) return errorResult(`${named.length} schedules have this name; give the id`);
    if (found.by === "person") return errorResult("the person made this schedule; ask them to cancel it");
    return {
      type: "result",
      text: `cancelled “${oneLine(found.name)}” (${found.id})`,
      ops: [{ op: "schedule.delete", id: found.id }],
    };
  },
});
