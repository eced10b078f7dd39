/** Defines the endpoints of gateways: joining and reading them, and what was adopted from them. */
import { shownAddress } from "@reef/engine/gateway/address";
import { adoptAgent, adoptSession } from "@reef/engine/gateway/adopt";
import { changeGateway, createGateway, deleteGateway, readGateway } from "@reef/engine/gateway/gateways";
import { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import {
  AdoptAgent,
  AdoptSession,
  Gateway,
  GatewayAgent,
  GatewayEntry,
  GatewayPatch,
  GatewayPlugin,
  GatewaySession,
  GatewaySessionFilter,
  NewGateway,
  NewGatewayAgent,
  WarmRequest,
} from "@reef/protocol/gateway";
import { GatewayId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { Progress } from "@reef/protocol/progress";
import { Session } from "@reef/protocol/session";
import { z } from "zod";
import { createAgent, warmAgents } from "../gateways/agents.ts";
import { answered } from "../gateways/answered.ts";
import { readPlugin } from "../gateways/plugin.ts";
import { readAgents, readEntries, readSessions, withStatus } from "../gateways/read.ts";
import type { Edge } from "./edge.ts";
import { booleanQuery, limitOf, limitQuery, pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const tag = "Gateways";
const params = z.object({ id: GatewayId });
const ofAgent = z.object({ id: GatewayId, agentId: z.string().min(1).max(200) });
const ofSession = z.object({ id: GatewayId, key: z.string().min(1).max(512) });
const SessionsQuery = z.strictObject({ ...GatewaySessionFilter.shape, archived: booleanQuery, ...pageQuery });
const EntriesQuery = z.strictObject({
  limit: limitQuery,
  before: z.string().max(100).optional().meta({ description: "`next` of the page before: older entries." }),
});

export function gatewayRoutes(edge: Edge): readonly Route[] {
  return [...recordRoutes(edge), ...agentRoutes(edge), ...sessionRoutes(edge)];
}

function recordRoutes({ deps, mirror, tokens }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/gateways",
        tag,
        summary: "List gateways, in the order they were created",
        status: 200,
        answer: pageOf(Gateway),
      },
      async () => ({ items: (await deps.store.read.gateways()).map((each) => withStatus(each, mirror)), next: null }),
    ),
    route(
      {
        method: "post",
        path: "/v1/gateways",
        tag,
        summary: "Connect a gateway",
        description:
          "Its token is a secret that was stored before, with the gateway's address as its `origin`. It can also come from an environment variable that the server's settings assign to this address, or from a file in the folder `secrets` of the data folder.",
        body: NewGateway,
        status: 201,
        answer: Gateway,
      },
      async ({ body }) => {
        tokens.assertMayName(body);
        return withStatus(await createGateway(deps, body), mirror);
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/gateways/{id}",
        tag,
        summary: "Read a gateway",
        params,
        status: 200,
        answer: Gateway,
      },
      async ({ params: { id } }) => withStatus(await readGateway(deps, id), mirror),
    ),
    route(
      {
        method: "patch",
        path: "/v1/gateways/{id}",
        tag,
        summary: "Change a gateway",
        description:
          "An address with another origin needs its token again: store the secret for that address, and name it here.",
        params,
        body: GatewayPatch,
        status: 200,
        answer: Gateway,
      },
      async ({ params: { id }, body }) => {
        const { url, token } = await readGateway(deps, id);
        if (body.token !== undefined) tokens.assertMayName({ url: body.url ?? url, token: body.token });
        else if (body.url !== undefined && body.url !== shownAddress(url))
          tokens.assertMayName({ url: body.url, token });
        return withStatus(await changeGateway(deps, id, body), mirror);
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/gateways/{id}",
        tag,
        summary: "Disconnect a gateway",
        description: "Refused while bots are bound to it. Adopted sessions stay as they are.",
        params,
        status: 204,
        answer: null,
      },
      ({ params: { id } }) => deleteGateway(deps, id),
    ),
    route(
      {
        method: "post",
        path: "/v1/gateways/{id}/check",
        tag,
        summary: "Check the connection to a gateway now",
        params,
        status: 200,
        answer: Gateway,
      },
      async ({ params: { id }, request }) => {
        const record = await readGateway(deps, id);
        await mirror.get(id).connection.check(AbortSignal.any([request.signal, AbortSignal.timeout(30_000)]));
        return withStatus(record, mirror);
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/gateways/{id}/plugin",
        tag,
        summary: "Check whether Reef's plugin on a gateway can reach Reef",
        description: "The plugin checks from where it runs: with the gateway's files, environment and network.",
        params,
        status: 200,
        answer: GatewayPlugin,
      },
      ({ params: { id } }) => answered(() => readPlugin(mirror.get(id).connection)),
    ),
  ];
}

function agentRoutes({ deps, mirror, works }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/gateways/{id}/agents",
        tag,
        summary: "List the agents of a gateway",
        params,
        status: 200,
        answer: pageOf(GatewayAgent),
      },
      ({ params: { id } }) => answered(async () => ({ items: await readAgents(deps, mirror.get(id)), next: null })),
    ),
    route(
      {
        method: "post",
        path: "/v1/gateways/{id}/agents",
        tag,
        summary: "Create an agent on a gateway",
        description: "Answers once the agent can be used, which takes the gateway some seconds.",
        params,
        body: NewGatewayAgent,
        status: 201,
        answer: GatewayAgent,
      },
      ({ params: { id }, body }) =>
        answered(async () => {
          const agent = await createAgent({ watch: mirror.get(id), clock: deps.clock }, body);
          return { gatewayId: id, ...agent, botIds: [] };
        }),
    ),
    route(
      {
        method: "post",
        path: "/v1/gateways/{id}/agents/{agentId}/adopt",
        tag,
        summary: "Adopt an agent as a bot",
        description: "Returns the bot that is already bound to it, if there is one.",
        params: ofAgent,
        body: AdoptAgent,
        bodyIsOptional: true,
        status: 200,
        answer: Bot,
      },
      ({ params: { id, agentId }, body }) =>
        answered(async () => {
          const agent = (await mirror.get(id).roster()).agents().find((each) => each.agentId === agentId);
          if (agent === undefined) throw new AppError("not_found", `the gateway has no agent ${agentId}`);
          return (await adoptAgent(deps, { gatewayId: id, agentId }, { name: body.name ?? agent.name })).noun;
        }),
    ),
    route(
      {
        method: "post",
        path: "/v1/gateways/{id}/warm",
        tag,
        summary: "Warm agents up, one after another",
        description: "The first run of an agent after its gateway starts is slow; this does it in advance.",
        params,
        body: WarmRequest,
        bodyIsOptional: true,
        status: 202,
        answer: Progress,
      },
      ({ params: { id }, body }) =>
        answered(async () => {
          const watch = mirror.get(id);
          const agents = (await watch.roster()).agents();
          const unknown = body.agentIds?.find((agentId) => agents.every((agent) => agent.agentId !== agentId));
          if (unknown !== undefined) throw new AppError("not_found", `the gateway has no agent ${unknown}`);
          const wanted = agents.filter(({ agentId }) => body.agentIds?.includes(agentId) ?? true);
          const { name } = await readGateway(deps, id);
          return works.start({ kind: "warm", title: name, gatewayId: id }, async (work) => {
            await warmAgents({ connection: watch.connection, clock: deps.clock, work }, wanted);
            return undefined;
          });
        }),
    ),
  ];
}

function sessionRoutes({ deps, mirror, works }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/gateways/{id}/sessions",
        tag,
        summary: "List the sessions of a gateway, newest change first",
        params,
        query: SessionsQuery,
        status: 200,
        answer: pageOf(GatewaySession),
      },
      ({ params: { id }, query: { limit, cursor, ...filter } }) =>
        answered(() => readSessions(deps, mirror.get(id), { filter, page: pageOfQuery({ limit, cursor }) })),
    ),
    route(
      {
        method: "get",
        path: "/v1/gateways/{id}/sessions/{key}/entries",
        tag,
        summary: "Read a transcript at its gateway, ascending",
        description: "The newest entries, or those before `before`. `next` is the `before` of older ones.",
        params: ofSession,
        query: EntriesQuery,
        status: 200,
        answer: pageOf(GatewayEntry),
      },
      ({ params: { id, key }, query: { limit, before } }) =>
        answered(() => readEntries(mirror.get(id), { key, before: before ?? null, limit: limitOf(limit) })),
    ),
    route(
      {
        method: "post",
        path: "/v1/gateways/{id}/sessions/{key}/adopt",
        tag,
        summary: "Adopt a session of a gateway",
        description:
          "Returns the session that already shows it, if there is one. Its transcript is copied in the background, and later entries follow automatically.",
        params: ofSession,
        body: AdoptSession,
        bodyIsOptional: true,
        status: 200,
        answer: Session,
      },
      ({ params: { id, key }, body }) =>
        answered(async () => {
          const watch = mirror.get(id);
          const roster = await watch.roster();
          const there = roster.session(key);
          if (there === null) throw new AppError("not_found", `the gateway has no session ${key}`);
          const agent = roster.agents().find(({ agentId }) => agentId === there.agentId);
          if (agent === undefined)
            throw new AppError("conflict", `${key} does not belong to an agent that can be a bot`);
          const { noun: session } = await adoptSession(
            deps,
            { gatewayId: id, key },
            { ...body, agentId: agent.agentId, agentName: agent.name, title: body.title ?? there.title },
          );
          works.start({ kind: "adopt", title: key, gatewayId: id, sessionId: session.id }, async (work) => {
            const onProgress = (done: number, total: number) => work.at({ done, total });
            await watch.adopt(session, key, { signal: work.signal, onProgress });
            return undefined;
          });
          return session;
        }),
    ),
  ];
}
