/**
 * Signs Reef in at a remote server by OAuth 2.1: a person allows it at the server's own page, with PKCE, and the tokens
 * are kept where the caller keeps secrets. Only a sign-in that a person began opens a page; a connection refreshes its
 * tokens, and otherwise says that a person has to sign in.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import {
  auth,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from "@modelcontextprotocol/client";
import type { Clock } from "@reef/engine/port/clock";
import { AppError } from "@reef/protocol/error";

/** What is kept of one server's sign-in. All of it is secret. */
export interface KeptSignIn {
  readonly client?: {
    readonly redirectUrl: string;
    readonly issuer: string;
    readonly information: StoredOAuthClientInformation;
  };
  readonly tokens?: StoredOAuthTokens;
  /** Where a client of the person's own signed in: its secret goes nowhere else. */
  readonly pinned?: { readonly clientId: string; readonly issuer: string };
  readonly begun?: {
    readonly state: string;
    readonly untilMs: number;
    readonly redirectUrl: string;
    readonly verifier: string;
    readonly discovery: OAuthDiscoveryState | null;
  };
}

export interface SignInPlace {
  /** Empty if nothing is kept. */
  read(): Promise<KeptSignIn>;
  write(kept: KeptSignIn): Promise<void>;
}

export interface SignInParts {
  readonly place: SignInPlace;
  readonly clock: Clock;
  readonly serverUrl: string;
  /** Decides where requests may go. */
  readonly fetch: typeof fetch;
  /** A client that a person registered for Reef there; null if Reef registers itself. */
  readonly ownClient: OwnClient | null;
}

export interface OwnClient {
  readonly clientId: string;
  readonly scope?: string | undefined;
  /** Null if it has none. Rejects with `unavailable`, in words for people, if it cannot be read. */
  readonly readSecret: () => Promise<string | null>;
}

/** How long a person has at the server's page. */
const mostMs = 600_000;

/** For connections: gives the tokens and refreshes them. Rejects with `unavailable` if nobody is signed in. */
export async function tokenProvider(parts: SignInParts): Promise<OAuthClientProvider> {
  const kept = await parts.place.read();
  const refuse = (): never => {
    throw new AppError("unavailable", "it wants you to sign in: open it under Tools and choose Sign in");
  };
  if (kept.tokens === undefined) return refuse();
  const redirectUrl = kept.client?.redirectUrl ?? "http://127.0.0.1/";
  // Without a way to register, it can only use the client that a person signed in with.
  const { saveClientInformation: _, ...provider } = createProvider(parts, { redirectUrl, onPage: refuse });
  return provider;
}

/** Returns the address of the page at which a person allows Reef. Rejects with `unavailable`, in words for people. */
export async function beginSignIn(parts: SignInParts, redirectUrl: string): Promise<string> {
  const state = randomBytes(32).toString("base64url");
  const kept = await parts.place.read();
  const untilMs = parts.clock.now() + mostMs;
  const begun = { state, untilMs, redirectUrl, verifier: "", discovery: null };
  // A person who signs in again may want another account.
  const { client, pinned } = kept;
  await parts.place.write({ ...(client && { client }), ...(pinned && { pinned }), begun });
  let page: URL | null = null;
  const provider = createProvider(parts, {
    redirectUrl,
    state,
    onPage: (url) => {
      page = url;
    },
  });
  await orUnavailable(auth(provider, { serverUrl: parts.serverUrl, fetchFn: parts.fetch }));
  const address = page as URL | null;
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw new AppError("unavailable", "the server named no page to sign in at");
  }
  return address.href;
}

/** True if this sign-in was begun with this state, and is not over. */
export function isBegun({ begun }: KeptSignIn, state: string, nowMs: number): boolean {
  if (begun === undefined || nowMs > begun.untilMs) return false;
  const [mine, theirs] = [Buffer.from(begun.state), Buffer.from(state)];
  return mine.length === theirs.length && timingSafeEqual(mine, theirs);
}

/** Takes what the page sent back, once. Rejects with `unavailable`, in words for people. */
export async function finishSignIn(
  parts: SignInParts,
  { code, iss }: { readonly code: string; readonly iss: string | undefined },
): Promise<void> {
  const { begun } = await parts.place.read();
  if (begun === undefined) throw new AppError("conflict", "no sign-in has been begun");
  const provider = createProvider(parts, {
    redirectUrl: begun.redirectUrl,
    onPage: () => {
      throw new AppError("unavailable", "the server asked to sign in again");
    },
  });
  try {
    const issuer = iss === undefined ? {} : { iss };
    await orUnavailable(
      auth(provider, { serverUrl: parts.serverUrl, authorizationCode: code, ...issuer, fetchFn: parts.fetch }),
    );
  } finally {
    const { begun: _, ...kept } = await parts.place.read();
    await parts.place.write(kept);
  }
}

function createProvider(
  { place, ownClient }: SignInParts,
  {
    redirectUrl,
    state,
    onPage,
  }: { readonly redirectUrl: string; readonly state?: string; readonly onPage: (url: URL) => void },
): OAuthClientProvider {
  const changeBegun = async (change: Partial<NonNullable<KeptSignIn["begun"]>>) => {
    const kept = await place.read();
    if (kept.begun !== undefined) await place.write({ ...kept, begun: { ...kept.begun, ...change } });
  };
  return {
    redirectUrl,
    clientMetadata: {
      client_name: "Reef",
      redirect_uris: [redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      ...(ownClient?.scope !== undefined && { scope: ownClient.scope }),
    },
    ...(state === undefined ? {} : { state: () => state }),
    async clientInformation(context) {
      if (ownClient !== null) return readOwnClient(place, ownClient, context?.issuer);
      const { client } = await place.read();
      if (client === undefined || (context !== undefined && context.issuer !== client.issuer)) return undefined;
      // Refreshing needs the client that the tokens were given to, whatever page it came from.
      return state !== undefined && client.redirectUrl !== redirectUrl ? undefined : client.information;
    },
    ...(ownClient === null && {
      async saveClientInformation(information, context) {
        await place.write({
          ...(await place.read()),
          client: { redirectUrl, issuer: context?.issuer ?? "", information },
        });
      },
    }),
    tokens: async () => (await place.read()).tokens,
    async saveTokens(tokens) {
      await place.write({ ...(await place.read()), tokens });
    },
    redirectToAuthorization: onPage,
    saveCodeVerifier: (verifier) => changeBegun({ verifier }),
    codeVerifier: async () => (await place.read()).begun?.verifier ?? "",
    saveDiscoveryState: (discovery) => changeBegun({ discovery }),
    discoveryState: async () => (await place.read()).begun?.discovery ?? undefined,
    async invalidateCredentials(scope) {
      const { client, tokens, begun, pinned } = await place.read();
      const keepsClient = scope !== "all" && scope !== "client";
      const keepsTokens = scope !== "all" && scope !== "tokens";
      await place.write({
        ...(client !== undefined && keepsClient ? { client } : {}),
        ...(tokens !== undefined && keepsTokens ? { tokens } : {}),
        ...(begun === undefined ? {} : { begun }),
        ...(pinned === undefined ? {} : { pinned }),
      });
    },
  };
}

/** The server decides where people sign in, so the first place it names is kept: a secret follows it to no other. */
async function readOwnClient(
  place: SignInPlace,
  { clientId, readSecret }: OwnClient,
  issuer: string | undefined,
): Promise<StoredOAuthClientInformation> {
  const kept = await place.read();
  if (issuer !== undefined) {
    const { pinned } = kept;
    if (pinned?.clientId === clientId && pinned.issuer !== issuer) {
      const message = `it names another place to sign in (${issuer}) than before (${pinned.issuer}): sign out first if that is right`;
      throw new AppError("unavailable", message);
    }
    if (pinned?.clientId !== clientId) await place.write({ ...kept, pinned: { clientId, issuer } });
  }
  const secret = await readSecret();
  return { client_id: clientId, ...(secret !== null && { client_secret: secret }) };
}

async function orUnavailable<Value>(promise: Promise<Value>): Promise<Value> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, 500);
    throw new AppError("unavailable", `signing in failed: ${reason}`, { cause: error });
  }
}
