/** Defines the endpoints of models: what every provider offers, and which model does which work. */
import { changeModelDefaults } from "@reef/engine/provider/providers";
import { ModelDefaultsInUse, ModelDefaultsPatch, ModelFilter, ModelList } from "@reef/protocol/model";
import { z } from "zod";
import { assertDefaultsFit } from "../models/defaults.ts";
import { readModelList } from "../models/model-list.ts";
import type { Edge } from "./edge.ts";
import { booleanQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const tag = "Models";
const ModelsQuery = z.strictObject({ ...ModelFilter.shape, refresh: booleanQuery });

export function modelRoutes({ deps, models }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/models",
        tag,
        summary: "List the models of every provider that is switched on",
        description:
          "With what each can do, as its server reports or as is commonly known. Cached for some minutes; `refresh` asks again. A provider that cannot be reached is listed in `problems`.",
        query: ModelsQuery,
        status: 200,
        answer: ModelList,
      },
      async ({ query }) => {
        await models.settled();
        if (query.refresh === true) await models.lookAround();
        return readModelList(models, query);
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/models/defaults",
        tag,
        summary: "Read the default models",
        description: "What was chosen here, and under `inUse` what is in effect and where it was chosen.",
        status: 200,
        answer: ModelDefaultsInUse,
      },
      async () => {
        await models.settled();
        return models.defaults();
      },
    ),
    route(
      {
        method: "patch",
        path: "/v1/models/defaults",
        tag,
        summary: "Set the default models",
        description:
          "Each as `provider/model`; null leaves it to the server's settings. Overrides those settings, and takes effect with the next call.",
        body: ModelDefaultsPatch,
        status: 200,
        answer: ModelDefaultsInUse,
      },
      async ({ body }) => {
        await assertDefaultsFit(models, body);
        await changeModelDefaults(deps, body);
        await models.refresh();
        deps.embedding?.queue.noteModel();
        return models.defaults();
      },
    ),
  ];
}
