/** Defines the endpoints of secrets: they can be listed, replaced and deleted; nothing reads one back (SE8). */

import { originOf, secretsOf } from "@reef/engine/provider/origin";
import { deleteSecret, putSecret } from "@reef/engine/provider/providers";
import { pageOf } from "@reef/protocol/page";
import { Secret, SecretName, type SecretRecord, SecretValue } from "@reef/protocol/secret";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Models";
const params = z.object({ name: SecretName });

export function secretRoutes({ deps, models, vault }: Edge): readonly Route[] {
  const toSecret = (record: SecretRecord, { gateways, servers }: Awaited<ReturnType<typeof readUsers>>): Secret => ({
    ...record,
    usedBy: [
      ...models
        .known()
        .flatMap(({ name, record: saved }) => (saved?.secret === record.name ? [`provider ${name}`] : [])),
      ...gateways.flatMap(({ name, token }) =>
        token.from === "secret" && token.name === record.name ? [`gateway ${name}`] : [],
      ),
      ...servers.flatMap(({ name, transport }) =>
        secretsOf(transport).includes(record.name) ? [`MCP server ${name}`] : [],
      ),
    ],
  });
  const readUsers = async () => ({
    gateways: await deps.store.read.gateways(),
    servers: await deps.store.read.mcpServers(),
  });
  return [
    route(
      {
        method: "get",
        path: "/v1/secrets",
        tag,
        summary: "List secrets by name, without their values",
        status: 200,
        answer: pageOf(Secret),
      },
      async () => {
        await models.settled();
        const users = await readUsers();
        return { items: (await deps.store.read.secrets()).map((each) => toSecret(each, users)), next: null };
      },
    ),
    route(
      {
        method: "put",
        path: "/v1/secrets/{name}",
        tag,
        summary: "Store a secret, or replace its value",
        description:
          "It is encrypted at rest, and no endpoint returns it. It is sent to one address only: `origin`, or else that of the first provider, gateway or MCP server that uses it. 201 if it is new.",
        params,
        body: SecretValue,
        status: 200,
        answer: Secret,
      },
      async ({ params: { name }, body }) => {
        const sealed = await vault.seal(name, body.value);
        const origin = body.origin === undefined ? null : originOf(body.origin);
        const { secret, isNew } = await putSecret(deps, { name, sealed, origin });
        await models.refresh();
        return Response.json(toSecret(secret, await readUsers()), { status: isNew ? 201 : 200 });
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/secrets/{name}",
        tag,
        summary: "Delete a secret",
        description: "Refused while a provider, a gateway or an MCP server uses it.",
        params,
        status: 204,
        answer: null,
      },
      async ({ params: { name } }) => {
        await deleteSecret(deps, name);
        await models.refresh();
      },
    ),
  ];
}
