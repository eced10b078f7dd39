/**
 * Lets a bot write down its plan for work of several steps. The plan is the call's input, so it is in the transcript,
 * where people see it as a checklist and the model finds it again.
 */
import { z } from "zod";
import { defineTool } from "./tool.ts";

const mostSteps = 50;

export const planUpdate = defineTool({
  name: "plan_update",
  description:
    "For work of several steps: writes down your plan, which people see as a checklist. Give the whole plan each time; update it when a step begins or is done.",
  input: z.strictObject({
    steps: z
      .array(
        z.strictObject({
          text: z.string().trim().min(1).max(300).describe("What is done, in a few words."),
          state: z.enum(["open", "doing", "done", "dropped"]),
        }),
      )
      .min(1)
      .max(mostSteps),
  }),
  effects: { kind: "unit" },
  changes: "turn",
  words: "own",
  tells: "nobody",
  folds: false,
  async run(_, { steps }) {
    const kept = steps.filter(({ state }) => state !== "dropped");
    const done = kept.filter(({ state }) => state === "done").length;
    return { type: "result", text: `${done} of ${kept.length} done` };
  },
});
