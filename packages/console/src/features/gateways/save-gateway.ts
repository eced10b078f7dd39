/**
 * Saves a gateway, and before it the token that a person typed, as a secret of its own for the gateway's address (SE8). A secret
 * whose gateway could not be saved is deleted again.
 */
import type { Client } from "@reef/client/client";
import type { Gateway, TokenSource } from "@reef/protocol/gateway";
import { freeName } from "../providers/provider-draft.ts";

export type SavingClient = Pick<Client, "secrets" | "putSecret" | "deleteSecret" | "createGateway" | "changeGateway">;

export interface GatewayForm {
  readonly name: string;
  readonly url: string;
  readonly from: TokenSource["from"];
  /** The token itself, or the name of a variable or a file. Empty keeps the secret. */
  readonly token: string;
}

export async function saveGateway(
  client: SavingClient,
  gateway: Pick<Gateway, "id" | "url" | "token"> | null,
  { name, url, from, token: typed }: GatewayForm,
): Promise<Gateway> {
  const save = (token: TokenSource | null): Promise<Gateway> => {
    if (gateway !== null) return client.changeGateway(gateway.id, { name, url, ...(token !== null && { token }) });
    if (token === null) throw new Error("a new gateway needs its token");
    return client.createGateway({ name, url, token });
  };
  if (from !== "secret") return save({ from, name: typed });
  if (typed === "") return save(null);
  const isKept = gateway?.token.from === "secret" && !needsTokenAgain(gateway, url);
  const secret = isKept ? gateway.token.name : await newSecretName(client, name);
  await client.putSecret(secret, { value: typed, origin: url });
  try {
    return await save({ from: "secret", name: secret });
  } catch (error) {
    if (!isKept) await client.deleteSecret(secret).catch(() => undefined);
    throw error;
  }
}

/** A token is sent only to the address that it was given for. */
export function needsTokenAgain(gateway: Pick<Gateway, "url" | "token">, url: string): boolean {
  return gateway.token.from !== "secret" || !URL.canParse(url) || new URL(url).origin !== new URL(gateway.url).origin;
}

async function newSecretName(client: SavingClient, gatewayName: string): Promise<string> {
  const words = gatewayName.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 80);
  const { items } = await client.secrets();
  return freeName(
    `gateway-${words}`,
    items.map(({ name }) => name),
  );
}
