/** Defines the endpoints of providers: which exist, which could be added, and whether one works. */
import { changeProvider, createProvider, deleteProvider } from "@reef/engine/provider/providers";
import { AppError } from "@reef/protocol/error";
import { pageOf } from "@reef/protocol/page";
import {
  FoundServer,
  NewProvider,
  NewProviderTest,
  Provider,
  ProviderOffer,
  ProviderPatch,
  type ProviderRecord,
  ProviderTest,
  ProviderTestRequest,
} from "@reef/protocol/provider";
import { z } from "zod";
import { findServers } from "../models/find-servers.ts";
import { chooseFirstDefault } from "../models/first-default.ts";
import { type KnownProvider, toProvider } from "../models/known.ts";
import { fieldsOf, settingsToTest } from "../models/new-provider.ts";
import { providerOffers } from "../models/offers.ts";
import { testProvider } from "../models/test-provider.ts";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";
import { answerTest } from "./test-stream.ts";

const tag = "Models";
const params = z.object({ id: z.string().min(1).max(100) });

export function providerRoutes(edge: Edge): readonly Route[] {
  return [...lookRoutes(edge), ...recordRoutes(edge)];
}

function lookRoutes({ deps, models, ollamaUrl }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/providers/offers",
        tag,
        summary: "List the kinds of providers, and where to get a key for each",
        status: 200,
        answer: pageOf(ProviderOffer),
      },
      async () => ({ items: providerOffers(), next: null }),
    ),
    route(
      {
        method: "get",
        path: "/v1/providers/found",
        tag,
        summary: "Look for model servers on this machine",
        description:
          "Ollama, LM Studio, llama.cpp and vLLM at their default ports; those that are already set up are left out. REEF_OLLAMA_URL=off turns this off.",
        status: 200,
        answer: pageOf(FoundServer),
      },
      async ({ request }) => {
        await models.lookAround();
        const found = await findServers({ ollamaUrl, signal: request.signal });
        const taken = new Set(
          models.known().map(({ record, settings }) => originOrNone(record?.baseUrl ?? settings.baseUrl)),
        );
        return { items: found.filter(({ baseUrl }) => !taken.has(originOrNone(baseUrl))), next: null };
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/providers/test",
        tag,
        summary: "Test a provider before saving it",
        description:
          "Makes real calls: to its address, for its models, and to one of them for a text, a tool call and a picture. `key` is used only for this test. Nothing is stored. Can take some minutes if a model has to be loaded: ask for `application/x-ndjson` to get each step as a line when it ends (`ProviderTestLine`), then the whole test as the last line.",
        body: NewProviderTest,
        status: 200,
        answer: ProviderTest,
      },
      async ({ body, request }) => {
        const { name, settings } = settingsToTest(body, models);
        return answerTest(request, (follow) =>
          testProvider({ name, settings, model: body.model, clock: deps.clock, ...follow }),
        );
      },
    ),
  ];
}

function originOrNone(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : "";
}

function recordRoutes(edge: Edge): readonly Route[] {
  const { deps, models } = edge;
  const find = (id: string): KnownProvider => {
    const provider = models.find(id);
    if (provider === null) throw new AppError("not_found", "there is no such provider: it may have been deleted");
    return provider;
  };
  /** Returns one that was created here, or throws `conflict` with what to change instead. */
  const findStored = (id: string): ProviderRecord => {
    const { record, source, name } = find(id);
    if (record !== null) return record;
    const where =
      source === "environment"
        ? "the server's environment sets it: change its variables and restart Reef"
        : source === "file"
          ? "the server's config file sets it: change the file and restart Reef"
          : "it was found on this machine: add it as a provider to change it";
    throw new AppError("conflict", `the provider “${name}” cannot be changed here: ${where}`);
  };
  const stored = (id: string): Provider => toProvider(find(id));
  return [
    route(
      {
        method: "get",
        path: "/v1/providers",
        tag,
        summary: "List providers: those stored here, then those of the settings, then a local server that was found",
        status: 200,
        answer: pageOf(Provider),
      },
      async () => {
        await models.settled();
        return { items: models.known().map(toProvider), next: null };
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/providers",
        tag,
        summary: "Create a provider",
        description:
          "Its key is a secret that was stored before. On a server without a model, the first provider sets the default model as soon as its list can be read.",
        body: NewProvider,
        status: 201,
        answer: Provider,
      },
      async ({ body }) => {
        const fields = fieldsOf(body);
        const taken = models
          .known()
          .find(({ name, source }) => source !== "stored" && source !== "found" && name === fields.name);
        if (taken !== undefined) {
          throw new AppError(
            "conflict",
            `the server's settings have a provider named “${taken.name}”: choose another name`,
          );
        }
        const { id } = await createProvider(deps, fields);
        await models.refresh();
        await chooseFirstDefault({ deps, models }, id);
        return stored(id);
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/providers/{id}",
        tag,
        summary: "Read a provider, by its id or name",
        params,
        status: 200,
        answer: Provider,
      },
      async ({ params: { id } }) => {
        await models.settled();
        return stored(id);
      },
    ),
    route(
      {
        method: "patch",
        path: "/v1/providers/{id}",
        tag,
        summary: "Change a provider",
        description:
          "Running calls keep the settings they began with. An address with another origin needs its key again. A provider from the server's settings cannot be changed here.",
        params,
        body: ProviderPatch,
        status: 200,
        answer: Provider,
      },
      async ({ params: { id }, body }) => {
        const record = findStored(id);
        await changeProvider(deps, record.id, body);
        await models.refresh();
        return stored(record.id);
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/providers/{id}",
        tag,
        summary: "Delete a provider",
        description: "Refused while a bot or a default names a model of it. Its secret stays.",
        params,
        status: 204,
        answer: null,
      },
      async ({ params: { id } }) => {
        await deleteProvider(deps, findStored(id).id);
        await models.refresh();
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/providers/{id}/test",
        tag,
        summary: "Test a provider",
        description: "Makes real calls, as `POST /v1/providers/test` does.",
        params,
        body: ProviderTestRequest,
        bodyIsOptional: true,
        status: 200,
        answer: ProviderTest,
      },
      async ({ params: { id }, body, request }) => {
        const { name, settings, problem } = find(id);
        if (problem !== null) throw new AppError("conflict", `the provider “${name}” cannot be tested: ${problem}`);
        models.noteUse(name);
        return answerTest(request, (follow) =>
          testProvider({ name, settings, model: body.model, clock: deps.clock, ...follow }),
        );
      },
    ),
  ];
}
