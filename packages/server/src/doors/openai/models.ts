/** Lists bots as OpenAI's clients read models. */
import { isoToMs } from "@reef/protocol/time";
import { z } from "zod";
import { type Route, route } from "../../http/route.ts";
import type { Doors } from "../door-parts.ts";
import { findBot, listModels, type Model } from "../find-bot.ts";
import { OpenAiProblem } from "./problem.ts";

const OpenAiModel = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.int(),
  owned_by: z.string(),
  name: z.string(),
  bot_id: z.string(),
});

export function openAiModelRoutes({ edge }: Doors): readonly Route[] {
  const { read } = edge.deps.store;
  const shape = {
    method: "get",
    tag: "OpenAI",
    query: z.looseObject({}),
    status: 200,
    problem: OpenAiProblem,
  } as const;
  return [
    route(
      {
        ...shape,
        path: "/openai/v1/models",
        summary: "List bots as models",
        description: "A model's id is its bot's name; the bot's id is understood as well.",
        answer: z.object({ object: z.literal("list"), data: z.array(OpenAiModel) }),
      },
      async () => ({ object: "list", data: (await listModels(read)).map(toModel) }),
    ),
    route(
      {
        ...shape,
        path: "/openai/v1/models/{model}",
        summary: "Read a bot as a model",
        params: z.object({ model: z.string() }),
        answer: OpenAiModel,
      },
      async ({ params: { model } }) => {
        const bot = await findBot(read, decodeName(model));
        return toModel({ id: bot.name, bot });
      },
    ),
  ];
}

function toModel({ id, bot }: Model): z.infer<typeof OpenAiModel> {
  const created = Math.floor(isoToMs(bot.createdAt) / 1000);
  return { id, object: "model", created, owned_by: "reef", name: bot.name, bot_id: bot.id };
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
